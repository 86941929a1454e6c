// People who sign in side by side, each with a password that has to be hashed, and how late an
// answer that needs no hash comes meanwhile: what others notice of the hashing.
#include <fmt/format.h>

#include "async/drive.hpp"
#include "async/gate.hpp"
#include "async/gather.hpp"
#include "bench/measured.hpp"
#include "bench/scenarios.hpp"
#include "bench/server_process.hpp"
#include "net/http_client.hpp"

namespace gochat::bench {
namespace {

constexpr Duration probe_every = std::chrono::milliseconds{2};
constexpr Duration quiet_time = std::chrono::seconds{2};
constexpr Duration answer_max = std::chrono::seconds{60};

class Logins {
 public:
  Logins(Loop& loop, LoginsOptions options, ServerProcess& server)
      : loop_{loop}, options_{options}, server_{server}, gate_{loop.executor()} {}

  Task<Result<void>> run() {
    if (auto made = co_await side_by_side("register", options_.people); !made) co_return made;
    co_await probe(&before_, now() + quiet_time);
    Measured measured{server_};
    if (auto read = co_await measured.begin(); !read) co_return read;
    const MonoTime began = now();
    gate_.spawn(probe(&meanwhile_, MonoTime::max()));
    auto done = co_await side_by_side("login", options_.logins);
    all_in_ = true;
    const double seconds = std::chrono::duration<double>(now() - began).count();
    co_await gate_.close();
    if (!done) co_return done;
    if (probe_failed_) co_return failed(ErrorCode::internal, "an answer without a hash failed");
    if (auto read = co_await measured.end(seconds); !read) co_return read;
    fmt::print("logins, {} people side by side, {} hashing threads, bcrypt cost {}\n",
               options_.people, options_.threads, options_.cost);
    measured.print("login", static_cast<double>(options_.logins));
    print_latency("before", before_);
    print_latency("meanwhile", meanwhile_);
    co_return Result<void>{};
  }

 private:
  MonoTime now() const { return loop_.timers().now(); }
  net::HttpClient client() const {
    const Door& door = server_.doors().front();
    return {loop_.context(), loop_.timers(), door.host, door.port};
  }

  // `count` requests of this kind in all, each person's after one another.
  Task<Result<void>> side_by_side(std::string what, std::size_t count) {
    std::size_t left = count;
    std::vector<Task<Result<void>>> turns;
    for (std::size_t n = 0; n < options_.people; ++n) {
      turns.push_back(take_turns(what, fmt::format("person{}", n), &left));
    }
    for (const auto& ended : co_await gather(std::move(turns))) {
      if (!ended) co_return ended.error();
    }
    co_return Result<void>{};
  }

  Task<Result<void>> take_turns(std::string what, std::string name, std::size_t* left) {
    net::HttpClient http = client();
    while (*left > 0) {
      --*left;
      net::HttpCall call{"POST", "/api/v1/auth/" + what, {}, {}};
      call.headers.add("Content-Type", "application/json");
      call.body = fmt::format(R"({{"username":"{}","password":"password"}})", name);
      auto reply = co_await http.request(std::move(call), now() + answer_max);
      if (!reply) co_return reply.error();
      if (reply->status >= 300) {
        co_return failed(ErrorCode::internal,
                         fmt::format("{}: {} {}", what, reply->status, reply->body));
      }
    }
    co_return Result<void>{};
  }

  // The main loop answers /livez alone. Asked by a fixed schedule and counted from it, so that a
  // stall is not hidden by the asker waiting for it.
  Task<> probe(Histogram* into, MonoTime until) {
    net::HttpClient http = client();
    for (MonoTime due = now(); due < until && !all_in_; due += probe_every) {
      co_await loop_.timers().sleep_until(due);
      auto reply = co_await http.request({"GET", "/livez"}, now() + answer_max);
      if (!reply || reply->status != 200) {
        probe_failed_ = true;
        co_return;
      }
      into->add((now() - due).count());
    }
  }

  Loop& loop_;
  LoginsOptions options_;
  ServerProcess& server_;
  Gate gate_;
  bool all_in_ = false;
  bool probe_failed_ = false;
  Histogram before_;
  Histogram meanwhile_;
};

}  // namespace

Result<void> run_logins(LoginsOptions options) {
  auto server = ServerProcess::start({"--auth.bcrypt_cost", std::to_string(options.cost),
                                      "--auth.hashing_threads", std::to_string(options.threads)});
  if (!server) return server.error();
  Loop loop{"bench"};
  Logins logins{loop, options, *server};
  return drive(loop.context(), logins.run());
}

}  // namespace gochat::bench

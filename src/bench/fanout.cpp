// One speaks, many listen: what one delivery costs, and when the last receiver has it.
#include <fmt/format.h>

#include "async/drive.hpp"
#include "async/gate.hpp"
#include "bench/measured.hpp"
#include "bench/people.hpp"
#include "bench/scenarios.hpp"

namespace gochat::bench {
namespace {

constexpr Duration round_time_max = std::chrono::seconds{20};

class Fanout {
 public:
  Fanout(Loop& loop, FanoutOptions options, const ServerProcess& server)
      : loop_{loop}, options_{options}, server_{server}, gate_{loop.executor()} {}

  Task<Result<void>> run() {
    if (auto ready = co_await prepare(); !ready) co_return ready;
    for (auto& socket : sockets_) gate_.spawn(hear(socket.get()));
    gate_.spawn(drop(speaker_.get()));
    Measured measured{server_};
    const MonoTime began = loop_.timers().now();
    for (std::size_t n = 0; n < options_.messages; n += options_.burst) co_await round(n);
    measured.end(std::chrono::duration<double>(loop_.timers().now() - began).count());
    fmt::print("fanout, {} receivers in {}, {} messages in bursts of {}\n", options_.receivers,
               options_.world ? "the world room" : "one group", options_.messages, options_.burst);
    measured.print("delivery", static_cast<double>(options_.receivers * options_.messages));
    print_latency("last has it", last_);
    for (auto& socket : sockets_) socket->cut();
    speaker_->cut();
    co_await gate_.close();
    if (heard_ == options_.receivers * options_.messages) co_return Result<void>{};
    co_return failed(ErrorCode::internal, fmt::format("{} deliveries instead of {}", heard_,
                                                      options_.receivers * options_.messages));
  }

 private:
  Task<Result<void>> prepare() {
    People people{loop_, server_.port()};
    auto persons = co_await people.sign_up("member", options_.receivers + 1);
    if (!persons) co_return persons.error();
    if (options_.world) {
      conversation_ = "world";
    } else {
      std::vector<std::string> ids;
      for (std::size_t n = 1; n < persons->size(); ++n) ids.push_back((*persons)[n].id);
      const Person owner = persons->front();
      auto group = co_await people.create_group(owner, "bench", std::move(ids));
      if (!group) co_return group.error();
      conversation_ = *group;
    }
    for (std::size_t n = 0; n < persons->size(); ++n) {
      auto socket = co_await people.connect((*persons)[n]);
      if (!socket) co_return socket.error();
      if (n == 0) {
        speaker_ = std::move(*socket);
      } else {
        sockets_.push_back(std::move(*socket));
      }
    }
    co_return Result<void>{};
  }

  Task<> round(std::size_t first) {
    const std::size_t count = std::min(options_.burst, options_.messages - first);
    const MonoTime began = loop_.timers().now();
    const std::size_t wanted = heard_ + count * options_.receivers;
    for (std::size_t n = 0; n < count; ++n) {
      std::string frame = fmt::format(
          R"({{"type":"send-message","data":{{"conversationId":"{}","content":"{:0>100}","tempMessageId":"f{}"}}}})",
          conversation_, first + n, first + n);
      auto sent = co_await speaker_->send_text(std::move(frame), began + round_time_max);
      if (!sent) co_return;
    }
    while (heard_ < wanted && loop_.timers().now() < began + round_time_max) {
      co_await loop_.timers().sleep(std::chrono::microseconds{200});
    }
    last_.add((last_heard_ - began).count());
  }

  Task<> hear(net::WsClient* socket) {
    for (;;) {
      auto received = co_await socket->receive(MonoTime::max());
      if (!received || received->kind == net::WsReceived::Kind::close) co_return;
      if (received->payload.find(R"("type":"new-message")") == std::string::npos) continue;
      ++heard_;
      last_heard_ = loop_.timers().now();
    }
  }

  // The speaker's own frames are read, so that its outbox stays empty.
  Task<> drop(net::WsClient* socket) {
    for (;;) {
      auto received = co_await socket->receive(MonoTime::max());
      if (!received || received->kind == net::WsReceived::Kind::close) co_return;
      if (received->payload.find(R"("type":"error")") != std::string::npos) {
        fmt::print(stderr, "refused: {}\n", received->payload);
      }
    }
  }

  Loop& loop_;
  FanoutOptions options_;
  const ServerProcess& server_;
  Gate gate_;
  std::string conversation_;
  std::unique_ptr<net::WsClient> speaker_;
  std::vector<std::unique_ptr<net::WsClient>> sockets_;
  std::size_t heard_ = 0;
  MonoTime last_heard_;
  Histogram last_;
};

}  // namespace

Result<void> run_fanout(FanoutOptions options) {
  auto server = ServerProcess::start({});
  if (!server) return server.error();
  Loop loop{"bench"};
  Fanout fanout{loop, options, *server};
  return drive(loop.context(), fanout.run());
}

}  // namespace gochat::bench

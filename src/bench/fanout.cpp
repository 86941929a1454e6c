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
  Fanout(Loop& loop, FanoutOptions options, Subject& subject)
      : loop_{loop}, options_{std::move(options)}, subject_{subject}, gate_{loop.executor()} {}

  Task<Result<void>> run() {
    if (auto ready = co_await prepare(); !ready) co_return ready;
    for (auto& socket : sockets_) gate_.spawn(hear(socket.get()));
    gate_.spawn(drop(speaker_.get()));
    Measured measured{subject_};
    if (auto read = co_await measured.begin(); !read) co_return read;
    const MonoTime began = loop_.timers().now();
    for (std::size_t n = 0; n < options_.messages; n += options_.burst) co_await round(n);
    const double seconds = std::chrono::duration<double>(loop_.timers().now() - began).count();
    if (auto read = co_await measured.end(seconds); !read) co_return read;
    fmt::print("fanout, {} receivers in {}, {} messages in bursts of {}\n", options_.receivers,
               options_.world ? "the world room" : fmt::format("one group of {}", members() + 1),
               options_.messages, options_.burst);
    measured.print("delivery", static_cast<double>(options_.receivers * options_.messages));
    print_latency("last has it", last_);
    for (auto& socket : sockets_) socket->cut();
    speaker_->cut();
    co_await gate_.close();
    fmt::print("delivered {} of {}, doubled {}, reordered {}\n", heard_, wanted(), doubled_,
               reordered_);
    if (heard_ == wanted() && doubled_ == 0 && reordered_ == 0) co_return Result<void>{};
    co_return failed(ErrorCode::internal, "the run broke a promise and is no result");
  }

 private:
  std::size_t members() const { return std::max(options_.members, options_.receivers); }
  std::size_t wanted() const { return options_.receivers * options_.messages; }

  Task<Result<void>> prepare() {
    People people{loop_, subject_.doors()};
    auto persons = co_await people.sign_up("member", members() + 1);
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
    persons->resize(options_.receivers + 1);
    auto connected = co_await people.connect_all(*persons);
    if (!connected) co_return connected.error();
    speaker_ = std::move(connected->front());
    sockets_.assign(std::make_move_iterator(connected->begin() + 1),
                    std::make_move_iterator(connected->end()));
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

  // The number of a message is its content.
  Task<> hear(net::WsClient* socket) {
    for (std::size_t next = 0;;) {
      auto received = co_await socket->receive(MonoTime::max());
      if (!received || received->kind == net::WsReceived::Kind::close) co_return;
      if (received->payload.find(R"("type":"new-message")") == std::string::npos) continue;
      const auto number = std::strtoull(
          std::string{text_member(received->payload, "content")}.c_str(), nullptr, 10);
      if (number < next) ++doubled_;
      if (number > next) ++reordered_;
      next = number + 1;
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
  Subject& subject_;
  Gate gate_;
  std::string conversation_;
  std::unique_ptr<net::WsClient> speaker_;
  std::vector<std::unique_ptr<net::WsClient>> sockets_;
  std::size_t heard_ = 0;
  std::size_t doubled_ = 0;
  std::size_t reordered_ = 0;
  MonoTime last_heard_;
  Histogram last_;
};

}  // namespace

Result<void> run_fanout(FanoutOptions options) {
  Loop loop{"bench"};
  auto subject = subject_of(loop, options.target);
  if (!subject) return subject.error();
  Fanout fanout{loop, std::move(options), **subject};
  return drive(loop.context(), fanout.run());
}

}  // namespace gochat::bench

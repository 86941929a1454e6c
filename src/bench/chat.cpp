// Pairs that talk at a fixed total rate. Every message carries its pair, its number and its
// intended time.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "async/drive.hpp"
#include "async/gate.hpp"
#include "bench/measured.hpp"
#include "bench/people.hpp"
#include "bench/scenarios.hpp"

namespace gochat::bench {
namespace {

constexpr Duration tick = std::chrono::milliseconds{1};
constexpr Duration grace = std::chrono::seconds{5};

struct Pair {
  std::unique_ptr<net::WsClient> speaker;
  std::unique_ptr<net::WsClient> listener;
  std::string conversation;
  std::uint64_t sent = 0;
  std::uint64_t acked = 0;
  std::uint64_t delivered = 0;  // the number expected next
};

struct Wrong {
  std::uint64_t doubled = 0;
  std::uint64_t reordered = 0;
  std::uint64_t refused = 0;
  std::uint64_t ended = 0;
};

// "<number>:<intended ns>:" at the head of the content; -1 when it is not there.
struct Stamp {
  std::int64_t number = -1;
  std::int64_t at_ns = 0;
};
Stamp stamp_in(std::string_view text) {
  Stamp stamp;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return stamp;
  std::from_chars(text.data(), text.data() + colon, stamp.number);
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), stamp.at_ns);
  return stamp;
}

class Chat {
 public:
  Chat(Loop& loop, ChatOptions options, const ServerProcess& server)
      : loop_{loop}, options_{options}, server_{server}, gate_{loop.executor()} {}

  Task<Result<void>> run() {
    if (auto ready = co_await prepare(); !ready) co_return ready;
    for (Pair& pair : pairs_) {
      gate_.spawn(hear_acks(&pair));
      gate_.spawn(hear_messages(&pair));
    }
    co_await speak(options_.warm_up_seconds, false);
    Measured measured{server_};
    const MonoTime began = now();
    co_await speak(options_.seconds, true);
    co_await quiet();
    measured.end(seconds(now() - began));
    report(measured);
    for (Pair& pair : pairs_) {
      pair.speaker->cut();
      pair.listener->cut();
    }
    const std::uint64_t after_cut = wrong_.ended;
    co_await gate_.close();
    wrong_.ended = after_cut;
    co_return verdict();
  }

 private:
  MonoTime now() const { return loop_.timers().now(); }
  static double seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

  Task<Result<void>> prepare() {
    People people{loop_, server_.port()};
    const std::size_t count = options_.connections / 2;
    auto speakers = co_await people.sign_up("speaker", count);
    if (!speakers) co_return speakers.error();
    auto listeners = co_await people.sign_up("listener", count);
    if (!listeners) co_return listeners.error();
    pairs_.resize(count);
    for (std::size_t n = 0; n < count; ++n) {
      auto conversation = co_await people.open_single((*speakers)[n], (*listeners)[n].id);
      if (!conversation) co_return conversation.error();
      pairs_[n].conversation = *conversation;
      auto speaker = co_await people.connect((*speakers)[n]);
      if (!speaker) co_return speaker.error();
      pairs_[n].speaker = std::move(*speaker);
      auto listener = co_await people.connect((*listeners)[n]);
      if (!listener) co_return listener.error();
      pairs_[n].listener = std::move(*listener);
    }
    co_return Result<void>{};
  }

  // The schedule is fixed: what a slow tick left undone is sent in the next, with its own intended
  // time.
  Task<> speak(double for_seconds, bool counted) {
    counted_ = counted;
    const MonoTime began = now();
    const auto total = static_cast<std::uint64_t>(options_.per_second * for_seconds);
    for (std::uint64_t n = 0; n < total;) {
      const double due = seconds(now() - began) * options_.per_second;
      for (; n < total && static_cast<double>(n) <= due; ++n) {
        const auto offset =
            std::chrono::duration<double>(static_cast<double>(n) / options_.per_second);
        const MonoTime intended = began + std::chrono::duration_cast<Duration>(offset);
        lag_.add((now() - intended).count());
        gate_.spawn(say(&pairs_[next_pair_++ % pairs_.size()], intended, counted));
      }
      co_await loop_.timers().sleep(tick);
    }
  }

  Task<> say(Pair* pair, MonoTime intended, bool counted) {
    const std::uint64_t number = pair->sent++;
    std::string content =
        fmt::format("{}:{}:{}:", number, intended.time_since_epoch().count(), counted ? 1 : 0);
    content.resize(std::max(content.size(), options_.content_bytes), 'x');
    std::string frame = fmt::format(
        R"({{"type":"send-message","data":{{"conversationId":"{}","content":"{}","messageType":"text","tempMessageId":"{}:{}:{}"}}}})",
        pair->conversation, content, number, intended.time_since_epoch().count(), counted ? 1 : 0);
    ++sent_;
    auto sent = co_await pair->speaker->send_text(std::move(frame), now() + grace);
    if (!sent) ++wrong_.ended;
  }

  Task<> hear_acks(Pair* pair) {
    for (;;) {
      auto received = co_await pair->speaker->receive(MonoTime::max());
      if (!received || received->kind == net::WsReceived::Kind::close) {
        ++wrong_.ended;
        co_return;
      }
      const std::string_view text = received->payload;
      if (text.find(R"("type":"error")") != std::string_view::npos) {
        if (wrong_.refused++ == 0) fmt::print(stderr, "first refusal: {}\n", text);
        ++acked_;
      } else if (text.find(R"("status":"stored")") != std::string_view::npos) {
        const Stamp stamp = stamp_in(text_member(text, "clientMsgId"));
        ++pair->acked;
        ++acked_;
        if (counted_stamp(stamp)) ack_.add(now().time_since_epoch().count() - stamp.at_ns);
      }
    }
  }

  Task<> hear_messages(Pair* pair) {
    for (;;) {
      auto received = co_await pair->listener->receive(MonoTime::max());
      if (!received || received->kind == net::WsReceived::Kind::close) {
        ++wrong_.ended;
        co_return;
      }
      const std::string_view text = received->payload;
      if (text.find(R"("type":"new-message")") == std::string_view::npos) continue;
      const Stamp stamp = stamp_in(text_member(text, "content"));
      const auto number = static_cast<std::uint64_t>(stamp.number);
      if (number < pair->delivered) ++wrong_.doubled;
      if (number > pair->delivered) ++wrong_.reordered;
      pair->delivered = number + 1;
      ++delivered_;
      if (counted_stamp(stamp)) delivery_.add(now().time_since_epoch().count() - stamp.at_ns);
    }
  }

  bool counted_stamp(const Stamp& stamp) const { return counted_ && stamp.number >= 0; }

  // All that was sent has been answered and heard, or the grace has passed.
  Task<> quiet() {
    const MonoTime until = now() + grace;
    while (now() < until && (acked_ < sent_ || delivered_ + wrong_.refused < sent_)) {
      co_await loop_.timers().sleep(tick);
    }
  }

  void report(const Measured& measured) {
    const double messages = options_.per_second * options_.seconds;
    fmt::print(
        "chat 1:1, {} connections, {:.0f}/s open loop for {:.0f} s, {} bytes, stored before the "
        "ack\n",
        options_.connections, options_.per_second, options_.seconds, options_.content_bytes);
    measured.print("message", messages);
    print_latency("ack", ack_);
    print_latency("delivery", delivery_);
    print_latency("generator lag", lag_);
    fmt::print(
        "sent {}, acked {}, delivered {}, lost {}, doubled {}, reordered {}, refused {}, ended "
        "{}\n",
        sent_, acked_, delivered_, sent_ - delivered_ - wrong_.refused, wrong_.doubled,
        wrong_.reordered, wrong_.refused, wrong_.ended);
  }

  Result<void> verdict() const {
    const bool whole = delivered_ + wrong_.refused == sent_ && acked_ == sent_;
    if (whole && wrong_.doubled == 0 && wrong_.reordered == 0 && wrong_.ended == 0) return {};
    return failed(ErrorCode::internal, "the run broke a promise and is no result");
  }

  Loop& loop_;
  ChatOptions options_;
  const ServerProcess& server_;
  Gate gate_;
  std::vector<Pair> pairs_;
  std::size_t next_pair_ = 0;
  bool counted_ = false;
  std::uint64_t sent_ = 0;
  std::uint64_t acked_ = 0;
  std::uint64_t delivered_ = 0;
  Wrong wrong_;
  Histogram ack_;
  Histogram delivery_;
  Histogram lag_;
};

}  // namespace

Result<void> run_chat(ChatOptions options) {
  auto server = ServerProcess::start({});
  if (!server) return server.error();
  Loop loop{"bench"};
  Chat chat{loop, options, *server};
  return drive(loop.context(), chat.run());
}

}  // namespace gochat::bench

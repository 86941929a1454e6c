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
constexpr Duration grace = std::chrono::seconds{10};

struct Pair {
  std::unique_ptr<net::WsClient> speaker;
  std::unique_ptr<net::WsClient> listener;
  std::string conversation;
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;  // the number expected next
  std::vector<bool> stored{};   // by number: whether its receipt came
};

struct Wrong {
  std::uint64_t doubled = 0;
  std::uint64_t reordered = 0;
  std::uint64_t refused = 0;
  std::uint64_t ended = 0;
};

// "<number>:<intended ns>:<1 when counted>" at the head of the content; -1 when it is not there.
struct Stamp {
  std::int64_t number = -1;
  std::int64_t at_ns = 0;
  bool counted = false;
};
Stamp stamp_in(std::string_view text) {
  Stamp stamp;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return stamp;
  std::from_chars(text.data(), text.data() + colon, stamp.number);
  const auto time =
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), stamp.at_ns);
  stamp.counted = std::string_view{time.ptr, text.data() + text.size()}.starts_with(":1");
  return stamp;
}

class Chat {
 public:
  Chat(Loop& loop, ChatOptions options, Subject& subject)
      : loop_{loop}, options_{std::move(options)}, subject_{subject}, gate_{loop.executor()} {}

  Task<Result<void>> run() {
    if (auto ready = co_await prepare(); !ready) co_return ready;
    for (Pair& pair : pairs_) {
      gate_.spawn(hear_acks(&pair));
      gate_.spawn(hear_messages(&pair));
    }
    co_await speak(options_.warm_up_seconds, false);
    co_await quiet();  // so that what was used is of the counted ones alone
    Measured measured{subject_};
    if (auto read = co_await measured.begin(); !read) co_return read;
    const MonoTime began = now();
    co_await speak(options_.seconds, true);
    co_await quiet();
    if (auto read = co_await measured.end(seconds(now() - began)); !read) co_return read;
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
    People people{loop_, subject_.doors()};
    const std::size_t count = options_.connections / 2;
    auto speakers = co_await people.sign_up("speaker", count);
    if (!speakers) co_return speakers.error();
    auto listeners = co_await people.sign_up("listener", count);
    if (!listeners) co_return listeners.error();
    auto conversations = co_await people.open_singles(*speakers, *listeners);
    if (!conversations) co_return conversations.error();
    auto speaking = co_await people.connect_all(*speakers);
    if (!speaking) co_return speaking.error();
    auto listening = co_await people.connect_all(*listeners, people.doors().size());
    if (!listening) co_return listening.error();
    for (std::size_t n = 0; n < count; ++n) {
      Pair& pair = pairs_.emplace_back();
      pair.speaker = std::move((*speaking)[n]);
      pair.listener = std::move((*listening)[n]);
      pair.conversation = std::move((*conversations)[n]);
    }
    co_return Result<void>{};
  }

  // The schedule is fixed: what a slow tick left undone is sent in the next, with its own intended
  // time.
  Task<> speak(double for_seconds, bool counted) {
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
        hear_stored(*pair, stamp_in(text_member(text, "clientMsgId")));
      } else if (text.find(R"("status":"accepted")") != std::string_view::npos) {
        ++accepted_frames_;
        add(accepted_, stamp_in(text_member(text, "clientMsgId")));
      }
    }
  }

  // A receipt comes again when the queue gave its record again, which no message does.
  void hear_stored(Pair& pair, const Stamp& stamp) {
    const auto number = static_cast<std::size_t>(stamp.number);
    if (stamp.number < 0 || number >= pair.sent) return;
    if (pair.stored.size() < pair.sent) pair.stored.resize(pair.sent);
    if (pair.stored[number]) {
      ++receipts_again_;
      return;
    }
    pair.stored[number] = true;
    ++acked_;
    add(stored_, stamp);
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
      add(delivery_, stamp);
    }
  }

  void add(Histogram& histogram, const Stamp& stamp) const {
    if (stamp.counted) histogram.add(now().time_since_epoch().count() - stamp.at_ns);
  }

  // All that was sent has been answered and heard, or the grace has passed.
  Task<> quiet() {
    const MonoTime until = now() + grace;
    while (now() < until && !all_has_come()) co_await loop_.timers().sleep(tick);
  }

  // `accepted` may come behind the message itself, and from a server that accepts only.
  bool all_has_come() const {
    const bool accepted = accepted_frames_ == 0 || accepted_frames_ + wrong_.refused >= sent_;
    return accepted && acked_ >= sent_ && delivered_ + wrong_.refused >= sent_;
  }

  void report(const Measured& measured) {
    const double messages = options_.per_second * options_.seconds;
    fmt::print("chat 1:1, {} connections, {:.0f}/s open loop for {:.0f} s, {} bytes\n",
               options_.connections, options_.per_second, options_.seconds, options_.content_bytes);
    measured.print("message", messages);
    print_latency("accepted", accepted_);
    print_latency("stored", stored_);
    print_latency("delivery", delivery_);
    print_latency("generator lag", lag_);
    fmt::print(
        "sent {}, acked {}, delivered {}, lost {}, doubled {}, reordered {}, refused {}, ended "
        "{}, receipts again {}\n",
        sent_, acked_, delivered_, sent_ - delivered_ - wrong_.refused, wrong_.doubled,
        wrong_.reordered, wrong_.refused, wrong_.ended, receipts_again_);
  }

  Result<void> verdict() const {
    const bool whole = delivered_ + wrong_.refused == sent_ && acked_ == sent_;
    if (whole && wrong_.doubled == 0 && wrong_.reordered == 0 && wrong_.ended == 0) return {};
    return failed(ErrorCode::internal, "the run broke a promise and is no result");
  }

  Loop& loop_;
  ChatOptions options_;
  Subject& subject_;
  Gate gate_;
  std::vector<Pair> pairs_;
  std::size_t next_pair_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t acked_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t accepted_frames_ = 0;
  Wrong wrong_;
  std::uint64_t receipts_again_ = 0;
  Histogram accepted_;
  Histogram stored_;
  Histogram delivery_;
  Histogram lag_;
};

}  // namespace

Result<void> run_chat(ChatOptions options) {
  Loop loop{"bench"};
  auto subject = subject_of(loop, options.target);
  if (!subject) return subject.error();
  Chat chat{loop, std::move(options), **subject};
  return drive(loop.context(), chat.run());
}

}  // namespace gochat::bench

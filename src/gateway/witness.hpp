// Sees what passes through the gateway: counts it for the operator, and writes the log lines of
// sign-ins, refusals, limits and closed sockets, each with its trace id. Never a query, a header,
// a body or a text that a client sent.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "async/rate_limit.hpp"
#include "async/timer.hpp"
#include "base/metrics.hpp"
#include "base/trace_context.hpp"
#include "gateway/session.hpp"
#include "net/http_message.hpp"
#include "ports/random.hpp"
#include "protocol/client_frame.hpp"
#include "protocol/records.hpp"

namespace gochat::gateway {

struct GatewayCounts {
  static constexpr std::size_t frame_kinds = std::variant_size_v<protocol::ClientRequest>;

  metrics::Counter sockets_opened;
  metrics::Family<metrics::Counter> sockets_closed{"code"};
  metrics::Family<metrics::Counter> handshakes_refused{"code"};
  std::array<metrics::Counter, frame_kinds> frames;  // as ClientRequest counts them
  metrics::Counter frames_refused;                   // not understood

  metrics::Counter sends_accepted;
  metrics::Counter sends_stored;
  metrics::Counter sends_repeated;  // the receipt of a message that was stored before
  metrics::Family<metrics::Counter> sends_refused{"code"};
  metrics::WaitHistogram send_stored_seconds;

  metrics::Family<metrics::Counter> http_requests{"route", "method", "status"};
  metrics::Family<metrics::WaitHistogram> http_seconds{"route", "method"};
  metrics::Family<metrics::Counter> sign_ins{"way", "outcome"};
  metrics::Family<metrics::Counter> rate_limited{"what"};
};

// The wire names of the frames, in the order of GatewayCounts::frames.
inline constexpr std::array<std::string_view, GatewayCounts::frame_kinds> frame_names{
    "send-message", "pull", "sync", "ack",        "mark-read",
    "typing",       "ping", "auth", "pull-inbox", "ack-message"};

class Witness {
 public:
  Witness(Timers& timers, Random& random)
      : timers_{timers}, traces_{random.number(), random.number()} {}

  const GatewayCounts& counts() const { return counts_; }
  GatewayCounts& counts() { return counts_; }

  MonoTime now() const { return timers_.now(); }
  TraceId new_trace() { return traces_.next(); }
  // The trace that a client brought in this traceparent, or a new one, and whether it is recorded:
  // where the client asks for it, within a budget, for clients are strangers; otherwise by the
  // ratio. At ratio 0 nobody is recorded.
  trace::Context arrival(std::string_view traceparent);
  // The trace alone, of what is not recorded.
  TraceId trace_of(const net::HttpRequest& request);

  struct Answered {
    const net::HttpRequest& request;
    std::string_view route;  // its pattern, or what stands for those that have none
    int status = 0;
    MonoTime since;
    TraceId trace;
    UserId user;
    const Error* error = nullptr;
    bool audited = false;
  };
  void answered(const Answered& request);
  // Answers that are no API's: health, pages, preflights.
  void page_answered(const net::HttpRequest& request, std::string_view route, int status);
  void handshake_refused(const net::HttpRequest& request, const Error& error, TraceId trace);
  void socket_refused(const Error& error);  // by its first frame

  void signed_in(std::string_view way, const SignedIn& session, TraceId trace);
  void sign_in_refused(std::string_view way, const Error& error, TraceId trace,
                       std::string_view address);

  void opened(const Session& session);
  // `session` is null for a socket that never said who it is.
  void closed(const Session* session, std::uint16_t code);

  void frame(std::size_t kind) { counts_.frames[kind].add(); }
  void frame_refused(const Error& error, const Session& session);
  // Understood, and not done.
  void request_refused(std::string_view type, const Error& error, const Session& session);

  void send_accepted(UserId sender, const ConversationId& conversation, TraceId trace);
  void send_refused(UserId sender, const Error& error, TraceId trace);
  // `session` is null where an HTTP request waits, and where the socket has gone.
  void receipt(const protocol::Receipt& receipt, const Session* session, TraceId trace);
  void delivered(const protocol::DownstreamRecord& record, TraceId trace);

 private:
  // A flood of refusals must not become a flood of lines: what is above the budget is counted only.
  bool may_log();

  static constexpr BucketRate lines_{100, 20};
  static constexpr BucketRate asked_traces_{20, 10};

  Timers& timers_;
  TraceIds traces_;
  GatewayCounts counts_;
  TokenBucket budget_;
  TokenBucket asked_budget_;
  std::int64_t unlogged_ = 0;
};

}  // namespace gochat::gateway

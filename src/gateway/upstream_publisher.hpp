// Takes a send from a socket or an HTTP request up to the queue.
//
// A send ends in a receipt that comes back downstream, or in an error from here when nothing was
// queued. Silence is allowed only when the queue's answer is unknown: the client retries with the
// same id.
#pragma once

#include <cstdint>
#include <string>

#include "async/timer.hpp"
#include "base/trace_id.hpp"
#include "gateway/unanswered.hpp"
#include "gateway/witness.hpp"
#include "ports/clock.hpp"
#include "ports/logic_api.hpp"
#include "ports/message_queue.hpp"
#include "ports/send_limit.hpp"
#include "protocol/records.hpp"

namespace gochat::gateway {

struct Send {
  ConversationId conversation;
  MessageType type = MessageType::text;
  std::string content;
  std::string client_msg_id;
  MessageId reply_to;
  TraceId trace{};
};

struct PublisherLimits {
  SendRates sends{};
  Duration publish_time_max = std::chrono::seconds{5};
  // When nobody has answered a send for so long, others are refused: the queue keeps records for
  // days only, and who sends shall know that nothing moves. Zero: never.
  Duration lag_max = std::chrono::minutes{5};
};

class UpstreamPublisher {
 public:
  struct Rooms {
    MessageQueue& queue;
    Timers& timers;
    Clock& clock;
    Witness& witness;
    Unanswered& unanswered;
    RateLimiter& limiter;
  };
  UpstreamPublisher(Rooms rooms, PublisherLimits limits) : rooms_{rooms}, limits_{limits} {}

  // What can be refused before anything is queued: form, rate, and that this gateway ends. What is
  // admitted is published: it counts as unanswered from here on.
  Result<void> admit(UserId sender, const Send& send);
  // ok: how durable the record is by itself.
  Task<Result<Durability>> publish(UserId sender, Send send, protocol::Origin origin);
  // Other rates, from now on; nothing else of the limits changes.
  void use_rates(const PublisherLimits& limits) { limits_.sends = limits.sends; }
  const SendRates& rates() const { return limits_.sends; }
  // From here on every send is refused as unavailable, to be tried again after this time.
  void close(Duration retry_after);

 private:
  Result<void> judge(UserId sender, const Send& send);

  Rooms rooms_;
  PublisherLimits limits_;
  bool closed_ = false;
  Duration retry_after_{};
};

}  // namespace gochat::gateway

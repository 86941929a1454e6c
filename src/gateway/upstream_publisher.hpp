// Takes a send from a socket or an HTTP request up to the queue.
//
// A send ends in a receipt that comes back downstream, or in an error from here when nothing was
// queued. Silence is allowed only when the queue's answer is unknown: the client retries with the
// same id.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "async/rate_limit.hpp"
#include "async/timer.hpp"
#include "domain/limits.hpp"
#include "ports/clock.hpp"
#include "ports/logic_api.hpp"
#include "ports/message_queue.hpp"
#include "protocol/records.hpp"

namespace gochat::gateway {

struct Send {
  ConversationId conversation;
  MessageType type = MessageType::text;
  std::string content;
  std::string client_msg_id;
  MessageId reply_to;
};

struct PublisherLimits {
  double sends_burst = limits::sends_burst;
  double sends_per_second = limits::sends_per_second;
  std::size_t users_max = 100'000;  // buckets kept; a full bucket is forgotten first
  Duration publish_time_max = std::chrono::seconds{5};
};

class UpstreamPublisher {
 public:
  struct Rooms {
    MessageQueue& queue;
    Timers& timers;
    Clock& clock;
  };
  UpstreamPublisher(Rooms rooms, PublisherLimits limits);

  // What can be refused before anything is queued: form and rate.
  Result<void> admit(UserId sender, const Send& send);
  // ok: how durable the record is by itself.
  Task<Result<Durability>> publish(UserId sender, Send send, protocol::Origin origin);

 private:
  Rooms rooms_;
  PublisherLimits limits_;
  KeyedBuckets<UserId> buckets_;
};

}  // namespace gochat::gateway

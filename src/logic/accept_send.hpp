// Takes messages of services up to the queue, where those of the sockets wait as well.
#pragma once

#include <cstddef>

#include "async/rate_limit.hpp"
#include "async/timer.hpp"
#include "ports/clock.hpp"
#include "ports/message_queue.hpp"
#include "ports/send_api.hpp"

namespace gochat::logic {

class AcceptSend final : public SendApi {
 public:
  // Of one person, and of everybody into the world room.
  struct Limits {
    BucketRate sends;
    BucketRate world_sends;
    std::size_t senders_max = 100'000;  // buckets kept
  };

  // All of it outlives this.
  AcceptSend(MessageQueue& queue, Clock& clock, Timers& timers, const Limits& limits);

  Task<Result<Durability>> send(UserId sender, OutgoingMessage message, Deadline deadline) override;

 private:
  Result<void> admit(UserId sender, const OutgoingMessage& message);

  MessageQueue& queue_;
  Clock& clock_;
  Timers& timers_;
  BucketRate world_sends_;
  KeyedBuckets<UserId> senders_;
  TokenBucket world_;
};

}  // namespace gochat::logic

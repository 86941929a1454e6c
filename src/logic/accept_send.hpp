// Takes messages of services up to the queue, where those of the sockets wait as well.
#pragma once

#include "ports/clock.hpp"
#include "ports/message_queue.hpp"
#include "ports/send_api.hpp"
#include "ports/send_limit.hpp"

namespace gochat::logic {

class AcceptSend final : public SendApi {
 public:
  // All of it outlives this.
  AcceptSend(MessageQueue& queue, Clock& clock, RateLimiter& limiter, SendRates rates)
      : queue_{queue}, clock_{clock}, limiter_{limiter}, rates_{rates} {}

  // From now on.
  void use_rates(SendRates rates) { rates_ = rates; }
  Task<Result<Durability>> send(UserId sender, OutgoingMessage message, Deadline deadline) override;

 private:
  Result<void> admit(UserId sender, const OutgoingMessage& message);

  MessageQueue& queue_;
  Clock& clock_;
  RateLimiter& limiter_;
  SendRates rates_;
};

}  // namespace gochat::logic

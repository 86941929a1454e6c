// Lays what failed for good with the dead letters of its topic, with its cause.
#pragma once

#include <cstdint>
#include <string>

#include "async/timer.hpp"
#include "ports/clock.hpp"
#include "ports/message_queue.hpp"

namespace gochat::dispatch {

class DeadLetterOffice {
 public:
  DeadLetterOffice(MessageQueue& queue, const Clock& clock, Timers& timers, Duration deadline)
      : queue_{queue}, clock_{clock}, timers_{timers}, deadline_{deadline} {}

  // Makes the topic where the dead letters of `topic` lie.
  Task<Result<void>> open_for(std::string topic);
  // Cut to what the queue takes, and marked so. An error: it may not lie there, and must not be
  // passed over.
  Task<Result<void>> lay(LaneId lane, QueueDelivery delivery, Error cause, std::uint32_t tries);

 private:
  MessageQueue& queue_;
  const Clock& clock_;
  Timers& timers_;
  Duration deadline_;
};

}  // namespace gochat::dispatch

// A queue whose topics are waited for: a broker that has just started may not know them yet, and no
// role has to end for that.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ports/message_queue.hpp"

namespace gochat::app {

class PatientQueue final : public MessageQueue {
 public:
  using Try = std::function<Task<Result<void>>()>;
  using WaitFor = std::function<Task<Result<void>>(Try)>;

  // `wait_for` tries until it succeeds, fails for good or is told to give up.
  PatientQueue(MessageQueue& queue, WaitFor wait_for);

  Task<Result<Durability>> publish(QueueRecord record, Deadline deadline) override;
  Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo to,
                                                        LaneHandler& handler) override;
  Task<Result<void>> ensure_topic(std::string topic, std::int32_t lanes) override;
  Task<Result<void>> remove_topic(std::string topic) override;

 private:
  MessageQueue& queue_;
  WaitFor wait_for_;
};

}  // namespace gochat::app

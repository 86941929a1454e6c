#include "app/patient_queue.hpp"

#include <utility>

namespace gochat::app {

PatientQueue::PatientQueue(MessageQueue& queue, WaitFor wait_for)
    : queue_{queue}, wait_for_{std::move(wait_for)} {}

Task<Result<Durability>> PatientQueue::publish(QueueRecord record, Deadline deadline) {
  return queue_.publish(std::move(record), deadline);
}

Task<Result<std::unique_ptr<Subscription>>> PatientQueue::subscribe(SubscribeTo to,
                                                                    LaneHandler& handler) {
  std::unique_ptr<Subscription> subscription;
  Try attempt = [&]() -> Task<Result<void>> {
    auto subscribed = co_await queue_.subscribe(to, handler);
    if (!subscribed) co_return subscribed.error();
    subscription = *std::move(subscribed);
    co_return Result<void>{};
  };
  // Told to give up after it succeeded, the subscription is there all the same and must be stopped.
  const auto there = co_await wait_for_(std::move(attempt));
  if (!there && !subscription) co_return there.error();
  co_return subscription;
}

Task<Result<void>> PatientQueue::ensure_topic(std::string topic, std::int32_t lanes) {
  Try attempt = [&] { return queue_.ensure_topic(topic, lanes); };
  co_return co_await wait_for_(std::move(attempt));
}

Task<Result<void>> PatientQueue::remove_topic(std::string topic) {
  return queue_.remove_topic(std::move(topic));
}

}  // namespace gochat::app

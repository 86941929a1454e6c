#include "task/task_consumer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/log.hpp"
#include "base/trace_id.hpp"
#include "ports/queue_spans.hpp"

namespace gochat::task {

namespace {

std::string lane_name(const LaneId& lane) {
  return lane.topic + '/' + std::to_string(lane.partition);
}

std::string trace_of(const QueueDelivery& delivery) {
  return TraceId::of_traceparent(delivery.trace).value_or(TraceId{}).text();
}

}  // namespace

TaskConsumer::TaskConsumer(const Needs& needs, const Options& options)
    : letters_{needs.queue, needs.clock, needs.timers, options.publish_deadline},
      timers_{needs.timers},
      random_{needs.random},
      options_{options} {}

void TaskConsumer::add(std::string topic, TaskProcessor& processor) {
  by_topic_[std::move(topic)] = &processor;
}

void TaskConsumer::stop() {
  stopping_ = true;
  for (Wakeup* pause : pauses_) pause->notify();
}

Task<Result<void>> TaskConsumer::assigned(LaneId lane) {
  progress_.erase(lane_name(lane));
  co_return Result<void>{};
}
void TaskConsumer::revoked(LaneId lane) { progress_.erase(lane_name(lane)); }
Task<> TaskConsumer::committed(LaneId lane) {
  progress_.erase(lane_name(lane));
  co_return;
}

Task<Result<void>> TaskConsumer::take(LaneBatch batch) {
  const auto until = timers_.now() + options_.hold_max;
  const bool goes_on = co_await wait_until(progress_[lane_name(batch.lane)].not_before);
  if (!goes_on) co_return failed(ErrorCode::unavailable, "task stops");
  for (const QueueDelivery& delivery : batch.deliveries) {
    if (stopping_) co_return failed(ErrorCode::unavailable, "task stops");
    if (delivery.offset < progress_[lane_name(batch.lane)].done_below) continue;
    auto ended = co_await finish(begin(batch.lane, delivery, until));
    if (!ended) co_return ended;
    progress_[lane_name(batch.lane)] = {.done_below = delivery.offset + 1};
  }
  co_return Result<void>{};
}

TaskConsumer::Attempt TaskConsumer::begin(const LaneId& lane, const QueueDelivery& delivery,
                                          MonoTime until) const {
  Attempt attempt{lane, delivery, *by_topic_.at(lane.topic), until};
  const auto before = progress_.find(lane_name(lane));
  if (before != progress_.end() && before->second.head == delivery.offset) {
    attempt.tries = before->second.tries;
    attempt.failed_tries = before->second.failed_tries;
  }
  return attempt;
}

Task<Result<void>> TaskConsumer::finish(Attempt attempt) {
  if (attempt.tries == 0) budget_of(attempt).called();
  for (;;) {
    auto done = co_await try_once(attempt);
    ++attempt.tries;
    if (done) {
      counts_.done.at({attempt.kind()}).add();
      co_return done;
    }
    if (is_hopeless(attempt, done.error())) co_return co_await give_up(attempt, done.error());
    counts_.retries.at({attempt.kind()}).add();
    // Once whenever the lane is taken: one that stands still goes on saying so.
    if (!std::exchange(attempt.warned, true)) {
      log::warn("a task waits", {{log::Field::trace_id, trace_of(attempt.delivery)},
                                 {log::Field::component, std::string{attempt.kind()}},
                                 {log::Field::count, std::int64_t{attempt.tries}},
                                 {log::Field::reason, done.error().detail}});
    }
    Progress& progress = progress_[lane_name(attempt.lane)];
    progress.head = attempt.delivery.offset;
    progress.tries = attempt.tries;
    progress.failed_tries = attempt.failed_tries;
    const bool goes_on = co_await pause(attempt, done.error());
    if (!goes_on) co_return done;
  }
}

Task<Result<void>> TaskConsumer::try_once(Attempt attempt) {
  trace::Span span = consume_span(attempt.kind(), attempt.lane, attempt.delivery);
  const auto began = timers_.now();
  span.set(trace::Attribute::attempt, std::int64_t{attempt.tries} + 1);
  const trace::Scope scope{cause_of(span, attempt.delivery)};
  TaskInput input{attempt.delivery.value,
                  span.recorded() ? span.context().traceparent() : attempt.delivery.trace};
  auto done = co_await attempt.processor.process(std::move(input));
  counts_.seconds.at({attempt.kind()}).observe(timers_.now() - began);
  if (!done) span.failed(done.code());
  co_return done;
}

// A backend that is away comes back; what a task does wrong by itself it will do again.
bool TaskConsumer::is_hopeless(Attempt& attempt, const Error& error) const {
  if (!error.retryable()) return true;
  if (error.code == ErrorCode::internal) ++attempt.failed_tries;
  return attempt.failed_tries >= options_.failed_tries_max;
}

Task<Result<void>> TaskConsumer::give_up(Attempt attempt, Error cause) {
  const std::uint32_t tries = attempt.tries;
  for (attempt.tries = 1;; ++attempt.tries) {
    const auto laid = co_await letters_.lay(attempt.lane, attempt.delivery, cause, tries);
    if (laid) break;
    const bool goes_on = co_await pause(attempt, laid.error());
    if (!goes_on) co_return laid.error();
  }
  counts_.dead_letters.at({attempt.kind()}).add();
  co_return Result<void>{};
}

RetryBudget& TaskConsumer::budget_of(const Attempt& attempt) {
  return budgets_
      .try_emplace(&attempt.processor, options_.retries_earned_per_task, options_.retries_saved_max)
      .first->second;
}

Duration TaskConsumer::length_of_pause(const Attempt& attempt) {
  constexpr auto of_the_longest = std::numeric_limits<std::uint32_t>::max();
  const auto number = budget_of(attempt).spend() ? attempt.tries : of_the_longest;
  return full_jitter(options_.retry, number, random_.number());
}

// A wait that would hold the batch for too long gives it back first, and goes on when it is taken
// here again.
Task<bool> TaskConsumer::pause(Attempt attempt, Error error) {
  const Duration asked = std::chrono::milliseconds{error.retry_after_ms};
  if (asked > options_.hold_max) {
    log::warn("a task is tried again sooner than it was asked",
              {{log::Field::component, std::string{attempt.kind()}},
               {log::Field::reason, error.detail},
               {log::Field::ms, asked / std::chrono::milliseconds{1}},
               {log::Field::limit, options_.hold_max / std::chrono::milliseconds{1}}});
  }
  const Duration length =
      std::max(std::min<Duration>(asked, options_.hold_max), length_of_pause(attempt));
  const MonoTime then = timers_.now() + length;
  if (then > attempt.until) {
    progress_[lane_name(attempt.lane)].not_before = then;
    co_return false;
  }
  co_return co_await wait_until(then);
}

Task<bool> TaskConsumer::wait_until(MonoTime then) {
  if (stopping_) co_return false;
  if (then <= timers_.now()) co_return true;
  Wakeup wakeup;
  pauses_.insert(&wakeup);
  co_await wakeup.wait(timers_, then - timers_.now());
  pauses_.erase(&wakeup);
  co_return !stopping_;
}

}  // namespace gochat::task

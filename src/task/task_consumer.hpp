// Takes tasks from their lanes, one after the other, and sees each to its end: done, or given up
// and laid with the dead letters. What fails for want of something waits at the head of its lane.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "async/retry.hpp"
#include "async/wakeup.hpp"
#include "base/metrics.hpp"
#include "dispatch/dead_letters.hpp"
#include "ports/message_queue.hpp"
#include "ports/task_processor.hpp"
#include "task/needs.hpp"
#include "task/options.hpp"

namespace gochat::task {

// By kind of task.
struct TaskCounts {
  metrics::Family<metrics::Counter> done{"kind"};
  metrics::Family<metrics::Counter> retries{"kind"};
  metrics::Family<metrics::Counter> dead_letters{"kind"};
  metrics::Family<metrics::WaitHistogram> seconds{"kind"};  // of one try
};

class TaskConsumer final : public LaneHandler {
 public:
  TaskConsumer(const Needs& needs, const Options& options);

  // Before start. Processors outlive the consumer; whose the records are is said by their topic.
  void add(std::string topic, TaskProcessor& processor);
  // Whoever waits to try again gives up and leaves the rest of its batch to the next owner.
  void stop();

  Task<Result<void>> take(LaneBatch batch) override;
  Task<> committed(LaneId lane) override;
  Task<Result<void>> assigned(LaneId lane) override;
  void revoked(LaneId lane) override;

  const TaskCounts& counts() const { return counts_; }

 private:
  struct Attempt {
    const LaneId& lane;
    const QueueDelivery& delivery;
    TaskProcessor& processor;
    MonoTime until;  // then the queue gives it again, perhaps to another process
    std::uint32_t tries = 0;
    std::uint32_t failed_tries = 0;  // for reasons of its own
    bool warned = false;             // that it waits

    std::string_view kind() const { return processor.kind(); }
  };

  Attempt begin(const LaneId& lane, const QueueDelivery& delivery, MonoTime until) const;
  Task<bool> wait_until(MonoTime then);
  Task<Result<void>> finish(Attempt attempt);
  Task<Result<void>> try_once(Attempt attempt);
  bool is_hopeless(Attempt& attempt, const Error& error) const;
  Task<Result<void>> give_up(Attempt attempt, Error cause);
  RetryBudget& budget_of(const Attempt& attempt);
  Duration length_of_pause(const Attempt& attempt);
  // false: do not go on.
  Task<bool> pause(Attempt attempt, Error error);

  dispatch::DeadLetterOffice letters_;
  Timers& timers_;
  Random& random_;
  const Options& options_;
  std::unordered_map<std::string, TaskProcessor*> by_topic_;
  // Whatever a kind of task stands on, all lanes of this process ask it.
  std::unordered_map<const TaskProcessor*, RetryBudget> budgets_;
  // Per lane, of the batch that was taken last: what is done is not done again when the rest of the
  // batch is, and what has failed so often is not begun anew.
  struct Progress {
    std::uint64_t done_below = 0;
    std::uint64_t head = 0;  // the record that these are of
    std::uint32_t tries = 0;
    std::uint32_t failed_tries = 0;
    MonoTime not_before{};  // what it waits for was asked to be left alone until then
  };
  std::unordered_map<std::string, Progress> progress_;
  std::unordered_set<Wakeup*> pauses_;
  TaskCounts counts_;
  bool stopping_ = false;
};

}  // namespace gochat::task

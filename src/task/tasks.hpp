// The task role: all its parts, and its beginning and end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "task/large_group_fan_out.hpp"
#include "task/needs.hpp"
#include "task/options.hpp"
#include "task/task_consumer.hpp"

namespace gochat::task {

class Tasks {
 public:
  // `kinds` are done for every message that logic was told to ask them for; each
  // in its own topic, so that one whose receiver is away holds up no other.
  using Kinds = std::vector<std::reference_wrapper<TaskProcessor>>;
  Tasks(const Needs& needs, Options options, const Kinds& kinds = {});
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;

  // Makes the topics and takes tasks from them.
  Task<Result<void>> start();
  // No further tasks; returns when the running ones have ended. What waits to be tried again is
  // left in its lane.
  Task<> stop();

  const TaskCounts& counts() const { return consumer_.counts(); }
  const FanOutCounts& fan_out_counts() const { return large_groups_.counts(); }

 private:
  Task<Result<void>> take_from(std::string topic);

  MessageQueue& queue_;
  const Options options_;
  LargeGroupFanOut large_groups_;
  TaskConsumer consumer_;
  std::vector<std::string> topics_;  // of the kinds
  std::vector<std::unique_ptr<Subscription>> subscriptions_;
};

}  // namespace gochat::task

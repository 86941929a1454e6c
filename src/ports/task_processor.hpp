#pragma once

#include <string>
#include <string_view>

#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat {

struct TaskInput {
  std::string record;
  std::string trace;  // W3C trace context, may be empty; travels on with what the task causes
};

// One kind of background work.
// Ordering: tasks of one key come one after the other, nothing is promised beyond. Idempotency:
// owed by the processor; a task may come again, also after it was done. Errors: `internal` counts
// as a failed try, of which a task has few; any other retryable one waits for better times and
// comes again for as long as it takes; one that is not retryable sends it to the dead letters.
// Cancellation: a task that runs at stop is awaited.
class TaskProcessor {
 public:
  virtual ~TaskProcessor() = default;
  // A short name for counts and logs.
  virtual std::string_view kind() const = 0;
  virtual Task<Result<void>> process(TaskInput input) = 0;
};

}  // namespace gochat

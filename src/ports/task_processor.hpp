#pragma once

#include <string>
#include <string_view>

#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat {

// One kind of background work.
// Ordering: none between tasks. Idempotency: owed by the processor; a task may come again, also
// after it was done. Errors: a retryable one brings it again after a back-off, any other sends it
// to the dead letters. Cancellation: a task that runs at stop is awaited.
class TaskProcessor {
 public:
  virtual ~TaskProcessor() = default;
  virtual std::string_view kind() const = 0;
  virtual Task<Result<void>> process(std::string record) = 0;
};

}  // namespace gochat

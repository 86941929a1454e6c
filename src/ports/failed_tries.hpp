#pragma once

#include <string>

#include "async/failed_tries.hpp"
#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat {

// Counts tries that failed, by key, and makes whoever goes on wait. A key should always come with
// the same policy.
// Ordering: none. Idempotency: none, each admission counts. Errors: `rate_limited` with
// retry_after_ms; never another: who lost the backend counts locally. Cancellation: a try that was
// admitted stays counted.
class FailedTries {
 public:
  virtual ~FailedTries() = default;

  // A try counts as failed from its start, so that many at once gain nothing.
  virtual Task<Result<void>> admit(std::string key, TryPolicy policy) = 0;
  // The try that was admitted turned out to be no guess.
  virtual Task<> take_back(std::string key) = 0;
  virtual Task<> forgive(std::string key) = 0;
};

}  // namespace gochat

#pragma once

#include <string>

#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat {

// Slow on purpose, on a bounded pool of its own; only repo uses it.
// Ordering, idempotency: none needed. Errors: `overloaded` when the pool's queue is full.
// Cancellation: a hash that was started is finished and dropped.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  virtual Task<Result<std::string>> hash(std::string password) = 0;
  // An empty stored hash does the same work and answers no: an unknown user costs what a known one
  // does.
  virtual Task<Result<bool>> verify(std::string password, std::string stored) = 0;
};

}  // namespace gochat

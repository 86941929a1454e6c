#pragma once

#include <string>

#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat {

struct Rate {
  double burst = 0;
  double per_second = 0;
};

// Token buckets by key.
// Ordering: none. Idempotency: none, each call takes. Errors: `rate_limited` with retry_after_ms
// when the bucket is empty; never another: a limiter that lost its backend limits locally at the
// same rate. Cancellation: free at any time.
class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  virtual Task<Result<void>> take(std::string key, Rate rate) = 0;
};

}  // namespace gochat

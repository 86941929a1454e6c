#pragma once

#include <string>

#include "async/rate_limit.hpp"
#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat {

// Token buckets by key; a key should always come with the same rate, and in one of the two ways.
// Ordering: none. Idempotency: none, each call takes. Errors: `rate_limited` with retry_after_ms
// when the bucket is empty; never another: a limiter that lost its backend limits locally at the
// same rate. Cancellation: free at any time.
class RateLimiter {
 public:
  virtual ~RateLimiter() = default;

  // Judged by what all processes have taken.
  virtual Task<Result<void>> take(std::string key, BucketRate rate) = 0;

  // Judged at once, by what this process has taken and has heard of the others. What they let
  // through beyond the bucket until they hear of each other is owed: in the long run it is one.
  virtual Result<void> try_take(const std::string& key, const BucketRate& rate) = 0;
};

}  // namespace gochat

#include "adapters/memory/memory_rate_limiter.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace gochat::memory {

Task<Result<void>> MemoryRateLimiter::take(std::string key, Rate rate) {
  GOCHAT_ASSERT(rate.per_second > 0);
  // A bucket that cannot hold one token would never give one.
  const BucketRate bucket{std::max(rate.burst, 1.0), rate.per_second};
  co_return buckets_.try_take(key, bucket, timers_.now());
}

}  // namespace gochat::memory

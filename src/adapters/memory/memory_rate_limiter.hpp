#pragma once

#include <cstddef>
#include <string>

#include "async/rate_limit.hpp"
#include "ports/rate_limiter.hpp"

namespace gochat::memory {

struct MemoryRateLimiterLimits {
  // Buckets that are not full; above, the one not looked at for longest is forgiven.
  std::size_t keys_max = 200'000;
};

// The buckets of one process. Lives on one loop.
class MemoryRateLimiter final : public RateLimiter {
 public:
  explicit MemoryRateLimiter(const Timers& timers, MemoryRateLimiterLimits limits = {})
      : timers_{timers}, buckets_{BucketRate{}, limits.keys_max} {}

  Task<Result<void>> take(std::string key, BucketRate rate) override {
    co_return try_take(key, rate);
  }
  Result<void> try_take(const std::string& key, const BucketRate& rate) override {
    return buckets_.try_take(key, rate, timers_.now());
  }

 private:
  const Timers& timers_;
  KeyedBuckets<std::string> buckets_;
};

}  // namespace gochat::memory

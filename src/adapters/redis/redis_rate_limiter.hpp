#pragma once

#include <string>

#include "adapters/redis/client.hpp"
#include "async/rate_limit.hpp"
#include "ports/rate_limiter.hpp"

namespace gochat::redis {

struct RateLimiterLimits {
  // A limit that takes longer to ask for than it is worth is kept here instead.
  Duration time_max = std::chrono::milliseconds{100};
  std::size_t local_keys_max = 200'000;
};

// limit:<key> is the time of the server, in microseconds, at which the bucket will be full again.
// While Redis is away each process limits by buckets of its own. Lives on one loop.
class RedisRateLimiter final : public RateLimiter {
 public:
  explicit RedisRateLimiter(Client& client, RateLimiterLimits limits = {})
      : client_{client}, limits_{limits}, local_{BucketRate{}, limits.local_keys_max} {}

  Task<Result<void>> take(std::string key, Rate rate) override;

  // How many were judged here because Redis was away.
  const metrics::Counter& judged_locally() const { return judged_locally_; }

 private:
  Client& client_;
  const RateLimiterLimits limits_;
  KeyedBuckets<std::string> local_;
  metrics::Counter judged_locally_;
};

}  // namespace gochat::redis

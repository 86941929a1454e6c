#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/redis/client.hpp"
#include "async/beat.hpp"
#include "async/gate.hpp"
#include "ports/rate_limiter.hpp"

namespace gochat::redis {

struct RateLimiterLimits {
  // A limit that takes longer to ask for than it is worth is kept here instead.
  Duration time_max = std::chrono::milliseconds{100};
  std::size_t local_keys_max = 200'000;
  // What was taken at once is told to the others when it is this part of a full bucket, or after
  // this time.
  double settled_part = 1.0 / 16;
  Duration settled_after = std::chrono::seconds{1};
};

// limit:<key> is the time of the server, in microseconds, at which the bucket will be full again.
// While Redis is away each process limits by buckets of its own. Lives on one loop.
class RedisRateLimiter final : public RateLimiter {
 public:
  RedisRateLimiter(Client& client, boost::asio::any_io_executor executor,
                   RateLimiterLimits limits = {});

  Task<Result<void>> take(std::string key, BucketRate rate) override;
  Result<void> try_take(const std::string& key, const BucketRate& rate) override;

  // Tells no more; comes before the end of the client.
  Task<> stop();

  // Takes that nobody else heard of, because Redis was away.
  const metrics::Counter& judged_locally() const { return judged_locally_; }
  // How often something was told to the others.
  const metrics::Counter& settled() const { return settled_; }

 private:
  struct Taken {
    BucketRate rate;
    std::uint32_t count = 0;
    bool due = false;
  };

  void count(const std::string& key, const BucketRate& rate);
  Task<> settle_due();
  Task<> settle(std::vector<std::string> keys);
  Task<> settle_all();
  void adopt(const std::string& key, Duration backlog);

  Client& client_;
  const RateLimiterLimits limits_;
  KeyedBuckets<std::string> local_;
  std::unordered_map<std::string, Taken> unsettled_;
  std::vector<std::string> due_;
  bool settling_ = false;
  Gate gate_;
  Beat beat_;
  metrics::Counter judged_locally_;
  metrics::Counter settled_;
};

}  // namespace gochat::redis

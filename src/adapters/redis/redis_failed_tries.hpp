#pragma once

#include <cstddef>
#include <string>

#include "adapters/redis/client.hpp"
#include "ports/failed_tries.hpp"

namespace gochat::redis {

struct FailedTriesLimits {
  // Who takes longer to answer is not waited for.
  Duration time_max = std::chrono::milliseconds{100};
  std::size_t local_keys_max = 131'072;
};

// limit:<key> is how many tries failed and when the last one was, in milliseconds of the server's
// time. While Redis is away each process counts by itself. Lives on one loop.
class RedisFailedTries final : public FailedTries {
 public:
  explicit RedisFailedTries(Client& client, FailedTriesLimits limits = {})
      : client_{client}, limits_{limits}, local_{limits.local_keys_max} {}

  Task<Result<void>> admit(std::string key, TryPolicy policy) override;
  Task<> take_back(std::string key) override;
  Task<> forgive(std::string key) override;

  // How many were judged here because Redis was away.
  const metrics::Counter& judged_locally() const { return judged_locally_; }

 private:
  Client& client_;
  const FailedTriesLimits limits_;
  KeyedTries local_;
  metrics::Counter judged_locally_;
};

}  // namespace gochat::redis

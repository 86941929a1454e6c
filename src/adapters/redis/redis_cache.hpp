#pragma once

#include "adapters/redis/client.hpp"
#include "ports/cache.hpp"

namespace gochat::redis {

// Each key is a hash of `version`, in twenty digits so that they compare as texts, and `value`; a
// removal deletes it and leaves a floor beside it. A stamp is the server's clock in microseconds,
// or what lies above the value and the floor, should the clock have been set back. What stands
// before the first colon of a key is its family. Lives on one loop.
class RedisCache final : public Cache {
 public:
  explicit RedisCache(Client& client) : client_{client} {}

  Task<Result<std::optional<Value>>> get(std::string key) override;
  Task<Result<std::uint64_t>> stamp(std::string key) override;
  Task<Result<bool>> fill(std::string key, Value value, Duration ttl) override;
  Task<Result<void>> invalidate(std::string key, std::uint64_t version,
                                Duration floor_ttl) override;

 private:
  Client& client_;
};

}  // namespace gochat::redis

#pragma once

#include "adapters/redis/client.hpp"
#include "ports/set_cache.hpp"

namespace gochat::redis {

enum class SetKind : std::uint8_t { plain, ranked };

// Each key is a set, or a sorted one that keeps the ranks; the member "version:<twenty digits>"
// makes an empty one be there, and no other one begins so. It is built under a temporary key and
// renamed. {key}:version beside it is the version that was filled in or removed last. Lives on one
// loop.
class RedisSetCache final : public SetCache {
 public:
  RedisSetCache(Client& client, SetKind kind) : client_{client}, kind_{kind} {}

  Task<Result<std::optional<Members>>> get(std::string key) override;
  Task<Result<bool>> fill(std::string key, Members members, Duration ttl) override;
  Task<Result<void>> invalidate(std::string key, std::uint64_t version,
                                Duration floor_ttl) override;

 private:
  Client& client_;
  const SetKind kind_;
};

}  // namespace gochat::redis

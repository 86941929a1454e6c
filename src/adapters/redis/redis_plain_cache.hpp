#pragma once

#include "adapters/redis/client.hpp"
#include "ports/plain_cache.hpp"

namespace gochat::redis {

// Each key is a text. Lives on one loop.
class RedisPlainCache final : public PlainCache {
 public:
  explicit RedisPlainCache(Client& client) : client_{client} {}

  Task<Result<std::vector<std::optional<std::string>>>> get(std::vector<std::string> keys) override;
  Task<Result<void>> put(std::vector<Entry> entries, Duration ttl) override;
  Task<Result<void>> raise(std::vector<Mark> marks, Duration ttl) override;
  Task<Result<void>> drop(std::vector<std::string> keys) override;

 private:
  Task<Result<void>> do_all(std::vector<Command> commands);

  Client& client_;
};

}  // namespace gochat::redis

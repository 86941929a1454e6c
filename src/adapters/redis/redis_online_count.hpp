#pragma once

#include <string>

#include "adapters/redis/client.hpp"
#include "ports/online_count.hpp"

namespace gochat::redis {

struct OnlineCountLimits {
  // A gateway that says nothing for this long has no people.
  Duration lease = std::chrono::seconds{15};
};

// online_users is a hash: gateway -> "<people> <ends>", by the server's time in milliseconds;
// online_users_count is their sum, for whoever looks. Lives on one loop.
class RedisOnlineCount final : public OnlineCount {
 public:
  explicit RedisOnlineCount(Client& client, OnlineCountLimits limits = {})
      : client_{client}, limits_{limits} {}

  Task<Result<std::uint64_t>> report(std::string gateway, std::uint64_t people) override;

 private:
  Client& client_;
  const OnlineCountLimits limits_;
};

}  // namespace gochat::redis

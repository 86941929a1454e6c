#pragma once

#include <string>
#include <vector>

#include "adapters/redis/client.hpp"
#include "ports/session_registry.hpp"

namespace gochat::redis {

struct RegistryLimits {
  // A connection that is not refreshed for this long is gone with its gateway.
  Duration lease = std::chrono::seconds{90};
};

// user_session:<user> is a hash with a field per connection, "<ends> <boot> <session> <login_at>
// <gateway>", beside the plain fields gateway_id and login_at of the newest; all times are those of
// the server in milliseconds. The key itself ends with its last connection, so that one that is
// there names somebody who is. session_gateways is a sorted set of "<boot> <gateway>" by the end of
// its last lease. Lives on one loop.
class RedisSessionRegistry final : public SessionRegistry {
 public:
  explicit RedisSessionRegistry(Client& client, RegistryLimits limits = {})
      : client_{client}, limits_{limits} {}

  Task<Result<void>> add(RegisteredConnection connection) override;
  Task<Result<void>> remove(UserId user, ConnectionId connection) override;
  Task<Result<std::vector<ConnectionId>>> refresh(std::vector<RegisteredConnection> all) override;
  Task<Result<std::vector<GatewayRecipients>>> locate(std::vector<UserId> users) override;
  Task<Result<std::vector<GatewayRecipients>>> gateways() override;
  Task<Result<std::vector<UserId>>> online(std::vector<UserId> users) override;

 private:
  Key key_of(UserId user) const { return client_.keys().make("user_session:", user.text()); }
  Key gateways_key() const { return client_.keys().make("session_gateways", ""); }
  std::string lease_words() const;

  Client& client_;
  const RegistryLimits limits_;
};

}  // namespace gochat::redis

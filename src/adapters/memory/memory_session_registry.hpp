#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "async/timer.hpp"
#include "ports/session_registry.hpp"

namespace gochat::memory {

struct MemoryRegistryLimits {
  // A connection that is not refreshed for this long is gone with its gateway.
  Duration lease = std::chrono::seconds{90};
};

// The connections of one process. Lives on one loop.
class MemorySessionRegistry final : public SessionRegistry {
 public:
  explicit MemorySessionRegistry(const Timers& timers, MemoryRegistryLimits limits = {})
      : timers_{timers}, limits_{limits} {}

  Task<Result<void>> add(RegisteredConnection connection) override;
  Task<Result<void>> remove(UserId user, ConnectionId connection) override;
  Task<Result<std::vector<ConnectionId>>> refresh(std::vector<RegisteredConnection> all) override;
  Task<Result<std::vector<GatewayRecipients>>> locate(std::vector<UserId> users) override;
  Task<Result<std::vector<GatewayRecipients>>> gateways() override;
  Task<Result<std::vector<UserId>>> online(std::vector<UserId> users) override;

 private:
  struct Lease {
    RegisteredConnection connection;
    MonoTime ends;
  };
  using Leases = std::vector<Lease>;

  // The user's leases that hold; expired ones are forgotten on the way.
  const Leases* live(UserId user);
  bool put(RegisteredConnection connection);

  const Timers& timers_;
  MemoryRegistryLimits limits_;
  std::unordered_map<UserId, Leases> leases_;
};

}  // namespace gochat::memory

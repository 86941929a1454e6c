#include "adapters/memory/memory_session_registry.hpp"

#include <algorithm>

namespace gochat::memory {
namespace {

// The entry of a connection's gateway, made when it is the first of it. There are few gateways.
GatewayRecipients& entry_of(std::vector<GatewayRecipients>& all,
                            const RegisteredConnection& connection) {
  for (GatewayRecipients& known : all) {
    if (known.boot == connection.boot && known.gateway == connection.gateway) return known;
  }
  all.push_back({connection.gateway, connection.boot, {}});
  return all.back();
}

}  // namespace

const MemorySessionRegistry::Leases* MemorySessionRegistry::live(UserId user) {
  const auto at = leases_.find(user);
  if (at == leases_.end()) return nullptr;
  std::erase_if(at->second,
                [now = timers_.now()](const Lease& lease) { return lease.ends <= now; });
  if (!at->second.empty()) return &at->second;
  leases_.erase(at);
  return nullptr;
}

// true: it was not there.
bool MemorySessionRegistry::put(RegisteredConnection connection) {
  live(connection.user);
  Leases& leases = leases_[connection.user];
  const MonoTime ends = timers_.now() + limits_.lease;
  for (Lease& lease : leases) {
    if (lease.connection.connection != connection.connection) continue;
    lease = {std::move(connection), ends};
    return false;
  }
  leases.push_back({std::move(connection), ends});
  return true;
}

Task<Result<void>> MemorySessionRegistry::add(RegisteredConnection connection) {
  put(std::move(connection));
  co_return Result<void>{};
}

Task<Result<void>> MemorySessionRegistry::remove(UserId user, ConnectionId connection) {
  const auto at = leases_.find(user);
  if (at != leases_.end()) {
    std::erase_if(at->second, [connection](const Lease& lease) {
      return lease.connection.connection == connection;
    });
    if (at->second.empty()) leases_.erase(at);
  }
  co_return Result<void>{};
}

Task<Result<std::vector<ConnectionId>>> MemorySessionRegistry::refresh(
    std::vector<RegisteredConnection> all) {
  std::vector<ConnectionId> lost;
  for (RegisteredConnection& connection : all) {
    const ConnectionId id = connection.connection;
    if (put(std::move(connection))) lost.push_back(id);
  }
  co_return lost;
}

Task<Result<std::vector<GatewayRecipients>>> MemorySessionRegistry::locate(
    std::vector<UserId> users) {
  std::vector<GatewayRecipients> found;
  for (const UserId user : users) {
    const Leases* leases = live(user);
    if (!leases) continue;
    for (const Lease& lease : *leases) {
      auto& recipients = entry_of(found, lease.connection).users;
      if (recipients.empty() || recipients.back() != user) recipients.push_back(user);
    }
  }
  co_return found;
}

Task<Result<std::vector<GatewayRecipients>>> MemorySessionRegistry::gateways() {
  std::vector<GatewayRecipients> found;
  const MonoTime now = timers_.now();
  for (const auto& [user, leases] : leases_) {
    for (const Lease& lease : leases) {
      if (lease.ends > now) entry_of(found, lease.connection);
    }
  }
  co_return found;
}

Task<Result<std::vector<UserId>>> MemorySessionRegistry::online(std::vector<UserId> users) {
  std::erase_if(users, [this](UserId user) { return live(user) == nullptr; });
  co_return users;
}

}  // namespace gochat::memory

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

struct RegisteredConnection {
  UserId user;
  ConnectionId connection;
  SessionId session;
  std::string gateway;
  std::uint64_t boot = 0;
  WallTime login_at;
};

struct GatewayRecipients {
  std::string gateway;
  std::uint64_t boot = 0;
  std::vector<UserId> users;
};

// Who is connected where. A hint that expires: it may name a connection that is gone, and it may
// have lost one that lives until that gateway refreshes it; the sync mark repairs both. Ordering: a
// locate that starts after an add has answered finds it. Idempotency: all calls. Errors:
// `unavailable`; the caller then sends to every gateway. Cancellation: free at any time.
class SessionRegistry {
 public:
  virtual ~SessionRegistry() = default;
  virtual Task<Result<void>> add(RegisteredConnection connection) = 0;
  // Removes this connection only, never another one of the same user.
  virtual Task<Result<void>> remove(UserId user, ConnectionId connection) = 0;
  // Extends the leases of a gateway's connections; answers those it had lost and has added again.
  virtual Task<Result<std::vector<ConnectionId>>> refresh(
      std::vector<RegisteredConnection> all) = 0;
  // Users without a connection are left out.
  virtual Task<Result<std::vector<GatewayRecipients>>> locate(std::vector<UserId> users) = 0;
  // Every gateway that has a connection at all.
  virtual Task<Result<std::vector<GatewayRecipients>>> gateways() = 0;
  // Which of these have a connection.
  virtual Task<Result<std::vector<UserId>>> online(std::vector<UserId> users) = 0;
};

}  // namespace gochat

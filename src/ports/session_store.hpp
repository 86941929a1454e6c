#pragma once

#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/user.hpp"

namespace gochat {

struct RevokedSession {
  SessionId session;
  std::uint16_t close_code = 4004;
};
struct RevokedPage {
  std::vector<RevokedSession> sessions;
  std::uint64_t cursor = 0;  // ask again from here
};

struct RevokeQuery {
  UserId user;
  std::optional<SessionId> only;    // this one
  std::optional<SessionId> except;  // all but this one
  std::uint16_t close_code = 4004;
};

// Sign-ins of devices.
// Ordering: revocations are numbered in the order of their commits, so that a reader with a cursor
// skips none. Idempotency: revoking twice is revoking once; `rotate` is a compare-and-set on the
// generation. Errors: `not_found`; `conflict` when a rotation lost against another; `unauthorized`
// when the password version or status that a new session was based on is no longer in force.
// Cancellation: a write that was started is carried out.
class SessionStore {
 public:
  virtual ~SessionStore() = default;
  // Stored only while the user is active and has still this password_version.
  virtual Task<Result<void>> create(Session session, std::uint32_t password_version) = 0;
  virtual Task<Result<Session>> find(SessionId id) = 0;
  virtual Task<Result<std::vector<Session>>> list(UserId user) = 0;
  // From generation `gen` to gen + 1.
  virtual Task<Result<Session>> rotate(SessionId id, std::uint32_t gen, WallTime at) = 0;
  virtual Task<Result<void>> mark_used(SessionId id, std::uint32_t gen, WallTime at) = 0;
  // How many were revoked now.
  virtual Task<Result<std::size_t>> revoke(RevokeQuery query, WallTime at) = 0;
  virtual Task<Result<RevokedPage>> revoked_since(std::uint64_t cursor, std::size_t limit) = 0;
  virtual Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) = 0;
};

}  // namespace gochat

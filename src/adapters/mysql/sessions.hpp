// SessionStore over the table of sessions.
#pragma once

#include "adapters/mysql/pool.hpp"
#include "ports/session_store.hpp"

namespace gochat::mysql {

class MysqlSessionStore final : public SessionStore {
 public:
  explicit MysqlSessionStore(Pool& pool) : pool_{pool} {}

  Task<Result<void>> create(Session session, std::uint32_t password_version) override;
  Task<Result<Session>> find(SessionId id) override;
  Task<Result<std::vector<Session>>> list(UserId user) override;
  Task<Result<Session>> rotate(SessionId id, std::uint32_t gen, WallTime at) override;
  Task<Result<void>> mark_used(SessionId id, std::uint32_t gen, WallTime at) override;
  Task<Result<std::size_t>> revoke(RevokeQuery query, WallTime at) override;
  Task<Result<RevokedPage>> revoked_since(std::uint64_t cursor, std::size_t limit) override;
  Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) override;

 private:
  Pool& pool_;
};

}  // namespace gochat::mysql

// UserStore over the tables.
#pragma once

#include "adapters/sqlite/commit_queue.hpp"
#include "adapters/sqlite/reader_pool.hpp"
#include "ports/user_store.hpp"

namespace gochat::sqlite {

class SqliteUserStore final : public UserStore {
 public:
  SqliteUserStore(CommitQueue& queue, ReaderPool& readers) : queue_{queue}, readers_{readers} {}

  Task<Result<void>> create(NewUser user) override;
  Task<Result<std::vector<User>>> find(std::vector<UserId> ids) override;
  Task<Result<User>> find_by_key(std::string username_key) override;
  Task<Result<StoredPassword>> password(UserId id) override;
  Task<Result<User>> edit(UserId id, ProfileEdit edit, WallTime at) override;
  Task<Result<void>> set_password(UserId id, std::string hash, WallTime at) override;
  Task<Result<void>> set_status(UserId id, UserStatus status, WallTime at) override;
  Task<Result<void>> set_role(UserId id, UserRole role, WallTime at) override;
  Task<Result<std::vector<User>>> search(std::string key, std::string nickname, UserId after,
                                         std::size_t limit) override;

 private:
  CommitQueue& queue_;
  ReaderPool& readers_;
};

}  // namespace gochat::sqlite

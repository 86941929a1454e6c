// UserStore over the table of users.
#pragma once

#include "adapters/mysql/pool.hpp"
#include "ports/user_store.hpp"

namespace gochat::mysql {

class MysqlUserStore final : public UserStore {
 public:
  explicit MysqlUserStore(Pool& pool) : pool_{pool} {}

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
  Task<Result<User>> find_one(Sql sql, Param key);
  // What a statement that updates one person did; nothing may have had to change.
  Task<Result<void>> update(Sql sql, Params params, UserId id);
  // The refusal of a person whose name or email somebody has.
  Task<Result<void>> refuse_taken(std::string username_key, std::string email);

  Pool& pool_;
};

}  // namespace gochat::mysql

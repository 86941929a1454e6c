// RelationStore over the tables of friendships and blocks.
#pragma once

#include "adapters/mysql/pool.hpp"
#include "ports/relation_store.hpp"

namespace gochat::mysql {

class MysqlRelationStore final : public RelationStore {
 public:
  explicit MysqlRelationStore(Pool& pool) : pool_{pool} {}

  Task<Result<void>> add_friendship(UserId a, UserId b, WallTime at) override;
  Task<Result<bool>> remove_friendship(UserId a, UserId b) override;
  Task<Result<std::vector<UserId>>> friends(UserId user) override;
  Task<Result<void>> set_block(UserId by, UserId user, bool on, WallTime at) override;
  Task<Result<std::vector<UserId>>> blocks(UserId by) override;
  Task<Result<bool>> blocked_between(UserId a, UserId b) override;

 private:
  Task<Result<std::vector<UserId>>> read_users(Sql sql, UserId user);

  Pool& pool_;
};

}  // namespace gochat::mysql

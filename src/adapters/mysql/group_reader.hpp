// GroupStore over the tables of groups and their members.
#pragma once

#include "adapters/mysql/pool.hpp"
#include "ports/group_store.hpp"

namespace gochat::mysql {

class MysqlGroupStore final : public GroupStore {
 public:
  explicit MysqlGroupStore(Pool& pool) : pool_{pool} {}

  Task<Result<Group>> find(GroupId id) override;
  Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) override;
  Task<Result<std::optional<Membership>>> member(GroupId id, UserId user) override;
  Task<Result<std::vector<Group>>> list(GroupId after, std::size_t limit) override;

 private:
  Pool& pool_;
};

}  // namespace gochat::mysql

// Groups and their members.
#pragma once

#include "ports/repo_api.hpp"

namespace gochat::repo {

class GroupRepository final : public GroupRepo {
 public:
  explicit GroupRepository(GroupStore& groups) : groups_{groups} {}

  Task<Result<Group>> group(GroupId id) override;
  Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) override;
  Task<Result<std::optional<Membership>>> member(GroupId id, UserId user) override;
  Task<Result<std::vector<Group>>> groups(GroupId after, std::size_t limit) override;

 private:
  GroupStore& groups_;
};

}  // namespace gochat::repo

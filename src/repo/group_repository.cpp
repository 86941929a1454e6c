#include "repo/group_repository.hpp"

namespace gochat::repo {

Task<Result<Group>> GroupRepository::group(GroupId id) { return groups_.find(id); }

Task<Result<std::shared_ptr<const MemberList>>> GroupRepository::members(GroupId id) {
  auto list = co_await groups_.members(id);
  if (list) GOCHAT_ASSERT(*list != nullptr);
  co_return list;
}

Task<Result<std::optional<Membership>>> GroupRepository::member(GroupId id, UserId user) {
  return groups_.member(id, user);
}

Task<Result<std::vector<Group>>> GroupRepository::groups(GroupId after, std::size_t limit) {
  return groups_.list(after, limit);
}

}  // namespace gochat::repo

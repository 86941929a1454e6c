// What is shown of people and groups, from copies where there are any.
#pragma once

#include "ports/shown_repo.hpp"
#include "ports/user_store.hpp"
#include "repo/member_copies.hpp"
#include "repo/read_cache.hpp"

namespace gochat::repo {

// Lives on one loop.
class ShownCopies final : public ShownRepo {
 public:
  ShownCopies(Cache& values, SetCache& sets, const Timers& timers, UserStore& users,
              GroupStore& groups);

  Task<Result<std::vector<User>>> people(std::vector<UserId> ids) override;
  Task<Result<Group>> group(GroupId id) override;
  Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) override;

  // After the database said so, or did not say whether.
  Task<> person_changed(UserId id);
  Task<> group_changed(GroupId id);
  Task<> members_changed(GroupId id, MemberVersion version);

  const CopyCounts& user_info() const { return people_.counts(); }
  const CopyCounts& conversations() const { return groups_.counts(); }
  const CopyCounts& group_members() const { return members_.counts(); }

 private:
  ReadCache<UserId, User> people_;
  ReadCache<GroupId, Group> groups_;
  MemberCopies members_;
};

}  // namespace gochat::repo

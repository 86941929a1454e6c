// Groups: who may do what to whom is judged by the log; who may know of it, here.
#pragma once

#include <vector>

#include "logic/access.hpp"
#include "logic/changes.hpp"
#include "logic/conversations.hpp"
#include "logic/needs.hpp"
#include "logic/options.hpp"
#include "ports/logic_api.hpp"

namespace gochat::logic {

class Groups final : public GroupApi {
 public:
  Groups(const Needs& needs, const Options& options, Access& access, Changes& changes,
         Conversations& conversations);

  Task<Result<ListedConversation>> create(Caller caller, NewGroup group) override;
  Task<Result<Group>> group_info(Caller caller, GroupId id) override;
  Task<Result<Group>> edit_group(Caller caller, GroupId id, GroupEdit edit) override;
  Task<Result<void>> disband(Caller caller, GroupId id) override;
  Task<Result<ListedConversation>> join(Caller caller, GroupId id) override;
  Task<Result<void>> leave(Caller caller, GroupId id) override;
  Task<Result<std::vector<GroupMember>>> members(Caller caller, GroupId id, UserId after,
                                                 std::size_t limit) override;
  Task<Result<void>> add_members(Caller caller, GroupId id, std::vector<UserId> users) override;
  Task<Result<void>> remove_member(Caller caller, GroupId id, UserId user) override;
  Task<Result<void>> set_role(Caller caller, GroupId id, UserId user, Role role) override;
  Task<Result<void>> mute(Caller caller, GroupId id, UserId user, WallTime until) override;
  Task<Result<void>> transfer(Caller caller, GroupId id, UserId to) override;

 private:
  // A change by somebody who is in the group.
  Task<Result<void>> change_as_member(Caller caller, GroupId id, change::Body body);
  // Everybody named can be a member; the first who cannot is named in the refusal.
  Task<Result<void>> can_be_members(std::vector<UserId> users);

  RepoApi repo_;
  Clock& clock_;
  IdSource& ids_;
  const Options& options_;
  Access& access_;
  Changes& changes_;
  Conversations& conversations_;
};

}  // namespace gochat::logic

// Groups and their members.
#include "adapters/grpc/repo_subjects.hpp"

namespace gochat::rpc {
namespace {

class GroupMethods {
 public:
  explicit GroupMethods(const RepoParts& parts) : parts_{parts} {}

  Task<Result<v1::Changed>> create(CallContext call, v1::CreateGroupRequest in) {
    Faults faults;
    change::CreateGroup body = from_proto(in.group(), faults);
    if (faults) co_return faults.of_request();
    if (!body.group.id) body.group.id = GroupId{parts_.ids.next()};
    co_return co_await apply(body.group.id, std::move(body), time_or_now(in, parts_.clock),
                             call.deadline);
  }

  Task<Result<v1::Group>> find(CallContext, v1::GroupIdRequest in) {
    const GroupId id{in.id()};
    if (is_shown(in)) co_return shown(co_await parts_.shown->group(id));
    co_return shown(co_await groups().group(id));
  }

  Task<Result<v1::Groups>> list(CallContext, v1::GetGroupsRequest in) {
    const auto found = co_await groups().groups(GroupId{in.after()}, in.limit());
    if (!found) co_return found.error();
    v1::Groups out;
    to_proto_all(*found, out.mutable_groups(), [](const Group& one) { return to_proto(one); });
    co_return out;
  }

  Task<Result<v1::Changed>> update(CallContext call, v1::UpdateGroupRequest in) {
    Faults faults;
    change::EditGroup body = from_proto(in.edit(), faults);
    if (faults) co_return faults.of_request();
    co_return co_await apply(GroupId{in.group_id()}, std::move(body), time_or_now(in, parts_.clock),
                             call.deadline);
  }

  Task<Result<v1::MemberList>> members(CallContext, v1::GroupIdRequest in) {
    const auto found = co_await members_of(in);
    if (!found) co_return found.error();
    co_return to_proto(**found);
  }

  Task<Result<v1::MaybeMembership>> member(CallContext, v1::GroupMemberRequest in) {
    const auto found = co_await groups().member(GroupId{in.group_id()}, UserId{in.user_id()});
    if (!found) co_return found.error();
    v1::MaybeMembership out;
    if (*found) *out.mutable_membership() = to_proto(**found);
    co_return out;
  }

  Task<Result<v1::UserIds>> online_members(CallContext, v1::GroupIdRequest in) {
    const auto found = co_await members_of(in);
    if (!found) co_return found.error();
    std::vector<UserId> present;
    for (const Membership& row : (*found)->rows) {
      if (row.present()) present.push_back(row.user);
    }
    co_return shown(co_await parts_.registry.online(std::move(present)));
  }

  Task<Result<v1::Changed>> add_member(CallContext call, v1::AddGroupMemberRequest in) {
    Faults faults;
    change::AddMembers body = from_proto(in.add(), faults);
    if (faults) co_return faults.of_request();
    co_return co_await apply(GroupId{in.group_id()}, std::move(body), time_or_now(in, parts_.clock),
                             call.deadline);
  }

  Task<Result<v1::Changed>> remove_member(CallContext call, v1::RemoveGroupMemberRequest in) {
    Faults faults;
    const change::RemoveMember body = from_proto(in.remove(), faults);
    if (faults) co_return faults.of_request();
    co_return co_await apply(GroupId{in.group_id()}, body, time_or_now(in, parts_.clock),
                             call.deadline);
  }

 private:
  Task<Result<v1::Changed>> apply(GroupId group, change::Body body, WallTime at,
                                  Deadline deadline) {
    LogBatch batch;
    batch.items.emplace_back(Change{group_conversation_id(group), std::move(body), at});
    co_return shown(only<Changed>(co_await parts_.repo.messages.save(std::move(batch), deadline)));
  }
  Task<Result<std::shared_ptr<const MemberList>>> members_of(v1::GroupIdRequest in) {
    const GroupId id{in.id()};
    return is_shown(in) ? parts_.shown->members(id) : groups().members(id);
  }
  bool is_shown(const v1::GroupIdRequest& in) const {
    return !in.as_stored() && parts_.shown != nullptr;
  }
  GroupRepo& groups() { return parts_.repo.groups; }

  RepoParts parts_;
};

}  // namespace

void add_group_methods(MethodTable& table, const RepoParts& parts) {
  using M = GroupMethods;
  const auto methods = std::make_shared<M>(parts);
  const auto add = [&](const std::vector<std::string_view>& names, auto act) {
    serve_as(table, {repo_service, "gochat.v1.GroupRepo"}, names, handled_by(methods, act));
  };
  add({"CreateGroup"}, &M::create);
  add({"GetGroup", "GetGroupInfo"}, &M::find);
  add({"GetGroups"}, &M::list);
  add({"UpdateGroup"}, &M::update);
  add({"GetGroupMembers"}, &M::members);
  add({"GetGroupMember"}, &M::member);
  add({"GetOnlineGroupMembers"}, &M::online_members);
  add({"AddGroupMember"}, &M::add_member);
  add({"RemoveGroupMember"}, &M::remove_member);
}

}  // namespace gochat::rpc

// Requests of groups, and of answers that are kept for a key.
#include "adapters/grpc/logic_requests.hpp"
#include "adapters/grpc/request_parts.hpp"

namespace gochat::rpc {
namespace {

template <class Request>
void set_group(Request& out, const Caller& caller, GroupId id) {
  set_caller(out, caller);
  out.set_group_id(id.number());
}

template <class Request>
GroupId group_of(const Request& in) {
  return GroupId{in.group_id()};
}

template <class Request>
void set_member(Request& out, const Caller& caller, GroupId id, UserId user) {
  set_group(out, caller, id);
  out.set_user_id(user.number());
}

template <class Request>
void set_key(Request& out, const Caller& caller, const std::string& route, const std::string& key,
             std::uint64_t body_hash) {
  set_caller(out, caller);
  out.set_route(route);
  out.set_key(key);
  out.set_body_hash(body_hash);
}

}  // namespace

void fill(v1::NewGroupRequest& out, const Caller& caller, const NewGroup& group) {
  set_caller(out, caller);
  out.set_name(group.name);
  out.set_description(group.description);
  out.set_avatar_url(group.avatar);
  ids_to_proto(group.members, out.mutable_member_ids());
  out.set_join_policy(to_proto(group.join_policy));
  if (group.max_members) out.set_max_members(*group.max_members);
  out.set_history_visible(group.history_visible);
}
std::tuple<Caller, NewGroup> args_of(const v1::NewGroupRequest& in, Faults& faults) {
  NewGroup group{in.name(), in.description(), in.avatar_url(),
                 ids_from_proto<UserId>(in.member_ids())};
  if (in.join_policy() != v1::JOIN_POLICY_UNSPECIFIED) {
    group.join_policy = from_proto(in.join_policy(), faults);
  }
  if (in.has_max_members()) group.max_members = in.max_members();
  group.history_visible = in.history_visible();
  return {caller_of(in, faults), std::move(group)};
}

void fill(v1::OwnGroupRequest& out, const Caller& caller, GroupId id) {
  set_group(out, caller, id);
}
std::tuple<Caller, GroupId> args_of(const v1::OwnGroupRequest& in, Faults& faults) {
  return {caller_of(in, faults), group_of(in)};
}

void fill(v1::EditGroupRequest& out, const Caller& caller, GroupId id, const GroupEdit& edit) {
  set_group(out, caller, id);
  if (edit.name) out.set_name(*edit.name);
  if (edit.description) out.set_description(*edit.description);
  if (edit.avatar) out.set_avatar_url(*edit.avatar);
  if (edit.join_policy) out.set_join_policy(to_proto(*edit.join_policy));
  if (edit.history_visible) out.set_history_visible(*edit.history_visible);
  if (edit.max_members) out.set_max_members(*edit.max_members);
}
std::tuple<Caller, GroupId, GroupEdit> args_of(const v1::EditGroupRequest& in, Faults& faults) {
  GroupEdit edit;
  if (in.has_name()) edit.name = in.name();
  if (in.has_description()) edit.description = in.description();
  if (in.has_avatar_url()) edit.avatar = in.avatar_url();
  if (in.has_join_policy()) edit.join_policy = from_proto(in.join_policy(), faults);
  if (in.has_history_visible()) edit.history_visible = in.history_visible();
  if (in.has_max_members()) edit.max_members = in.max_members();
  return {caller_of(in, faults), group_of(in), std::move(edit)};
}

void fill(v1::ListMembersRequest& out, const Caller& caller, GroupId id, UserId after,
          std::size_t limit) {
  set_group(out, caller, id);
  out.set_after(after.number());
  set_limit(out, limit);
}
std::tuple<Caller, GroupId, UserId, std::size_t> args_of(const v1::ListMembersRequest& in,
                                                         Faults& faults) {
  return {caller_of(in, faults), group_of(in), UserId{in.after()}, limit_of(in)};
}

void fill(v1::NewMembersRequest& out, const Caller& caller, GroupId id,
          const std::vector<UserId>& users) {
  set_group(out, caller, id);
  ids_to_proto(users, out.mutable_user_ids());
}
std::tuple<Caller, GroupId, std::vector<UserId>> args_of(const v1::NewMembersRequest& in,
                                                         Faults& faults) {
  return {caller_of(in, faults), group_of(in), ids_from_proto<UserId>(in.user_ids())};
}

void fill(v1::OneMemberRequest& out, const Caller& caller, GroupId id, UserId user) {
  set_member(out, caller, id, user);
}
std::tuple<Caller, GroupId, UserId> args_of(const v1::OneMemberRequest& in, Faults& faults) {
  return {caller_of(in, faults), group_of(in), UserId{in.user_id()}};
}

void fill(v1::MemberRoleRequest& out, const Caller& caller, GroupId id, UserId user, Role role) {
  set_member(out, caller, id, user);
  out.set_role(to_proto(role));
}
std::tuple<Caller, GroupId, UserId, Role> args_of(const v1::MemberRoleRequest& in, Faults& faults) {
  return {caller_of(in, faults), group_of(in), UserId{in.user_id()}, from_proto(in.role(), faults)};
}

void fill(v1::MuteMemberRequest& out, const Caller& caller, GroupId id, UserId user,
          WallTime until) {
  set_member(out, caller, id, user);
  out.set_until_ms(ms(until));
}
std::tuple<Caller, GroupId, UserId, WallTime> args_of(const v1::MuteMemberRequest& in,
                                                      Faults& faults) {
  return {caller_of(in, faults), group_of(in), UserId{in.user_id()}, wall_time(in.until_ms())};
}

void fill(v1::RepeatRequest& out, const Caller& caller, const std::string& route,
          const std::string& key, std::uint64_t body_hash) {
  set_key(out, caller, route, key, body_hash);
}
std::tuple<Caller, std::string, std::string, std::uint64_t> args_of(const v1::RepeatRequest& in,
                                                                    Faults&) {
  return {from_proto_or_nobody(in.caller()), in.route(), in.key(), in.body_hash()};
}

void fill(v1::FinishRepeatRequest& out, const Caller& caller, const std::string& route,
          const std::string& key, std::uint64_t body_hash,
          const std::optional<std::string>& answer) {
  set_key(out, caller, route, key, body_hash);
  if (answer) out.set_answer(*answer);
}
std::tuple<Caller, std::string, std::string, std::uint64_t, std::optional<std::string>> args_of(
    const v1::FinishRepeatRequest& in, Faults&) {
  return {from_proto_or_nobody(in.caller()), in.route(), in.key(), in.body_hash(),
          in.has_answer() ? std::optional{in.answer()} : std::nullopt};
}

}  // namespace gochat::rpc

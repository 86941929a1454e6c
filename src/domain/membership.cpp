#include "domain/membership.hpp"

namespace gochat {
namespace {

bool is_present(const MaybeMember& row) { return row && row->present(); }

Error not_a_member() { return refused(ErrorCode::not_a_member, "you are not in this group"); }
Error no_such_group() { return refused(ErrorCode::not_found, "this group does not exist"); }
Error no_such_member() { return refused(ErrorCode::not_found, "this person is not in the group"); }
Error needs(std::string_view role) {
  return refused(ErrorCode::forbidden, "needs the role " + std::string{role});
}

// Roles command downwards only: nobody acts on an equal, so admins cannot remove each other.
Result<void> commands(const MaybeMember& actor, const MaybeMember& target) {
  if (!is_present(actor)) return not_a_member();
  if (!is_present(target)) return no_such_member();
  if (actor->role <= target->role) return needs(target->role == Role::member ? "admin" : "owner");
  return {};
}

Result<void> is_owner(const MaybeMember& actor) {
  if (!is_present(actor)) return not_a_member();
  if (actor->role != Role::owner) return needs("owner");
  return {};
}

}  // namespace

VisibleRange visible_range(const Membership& row, bool history_visible) {
  return {history_visible ? Seq{} : row.join_seq, row.left_seq};
}

Result<void> may_send(const MaybeMember& sender, WallTime now) {
  if (!is_present(sender)) return not_a_member();
  if (sender->muted_until > now) return refused(ErrorCode::muted, "you are muted in this group");
  return {};
}

Result<void> may_join(const Group& group, const MaybeMember& user) {
  if (group.disbanded) return no_such_group();
  if (is_present(user)) return refused(ErrorCode::conflict, "you are in this group already");
  if (group.join_policy != JoinPolicy::open) {
    return refused(ErrorCode::forbidden, "this group is joined by invitation");
  }
  if (group.member_count >= group.max_members) {
    return refused(ErrorCode::group_full, "the group is full");
  }
  return {};
}

Result<void> may_leave(const Group& group, const MaybeMember& user) {
  if (group.disbanded) return no_such_group();
  if (!is_present(user)) return not_a_member();
  if (user->role == Role::owner) {
    return refused(ErrorCode::conflict, "the owner hands the group over before leaving");
  }
  return {};
}

Result<void> may_add(const Group& group, const MaybeMember& actor, std::uint32_t added) {
  if (group.disbanded) return no_such_group();
  if (!is_present(actor)) return not_a_member();
  // Whoever could come in alone may also be brought by any member.
  if (group.join_policy != JoinPolicy::open && actor->role == Role::member) return needs("admin");
  const auto room = group.max_members > group.member_count ? group.max_members - group.member_count
                                                           : std::uint32_t{0};
  if (added > room) return refused(ErrorCode::group_full, "the group has no room for so many");
  return {};
}

Result<void> may_remove(const MaybeMember& actor, const MaybeMember& target) {
  if (is_present(actor) && is_present(target) && actor->user == target->user) {
    return may_leave(Group{}, actor);
  }
  return commands(actor, target);
}

Result<void> may_set_role(const MaybeMember& actor, const MaybeMember& target, Role role) {
  if (const auto owner = is_owner(actor); !owner) return owner;
  if (!is_present(target)) return no_such_member();
  if (actor->user == target->user) {
    return refused(ErrorCode::forbidden, "nobody changes their own role");
  }
  if (role != Role::member && role != Role::admin) {
    return refused(ErrorCode::invalid_params,
                   "role is 1 (member) or 2 (admin); ownership is transferred");
  }
  return {};
}

Result<void> may_mute(const MaybeMember& actor, const MaybeMember& target) {
  return commands(actor, target);
}

Result<void> may_transfer(const MaybeMember& actor, const MaybeMember& target) {
  if (const auto owner = is_owner(actor); !owner) return owner;
  if (!is_present(target)) return no_such_member();
  if (actor->user == target->user) {
    return refused(ErrorCode::invalid_params, "you own this group already");
  }
  return {};
}

Result<void> may_disband(const MaybeMember& actor) { return is_owner(actor); }

Result<void> may_edit(const MaybeMember& actor) {
  if (!is_present(actor)) return not_a_member();
  if (actor->role == Role::member) return needs("admin");
  return {};
}

Result<void> may_recall(const RecallCase& recall) {
  if (recall.actor_row && !recall.actor_row->present()) return not_a_member();
  if (recall.actor_row && recall.actor_row->role != Role::member) return {};
  if (recall.actor != recall.sender) {
    return refused(ErrorCode::forbidden, "only the sender may recall a message");
  }
  if (recall.now - recall.sent_at > recall.window) {
    return refused(ErrorCode::recall_expired, "the message is too old to be recalled");
  }
  return {};
}

}  // namespace gochat

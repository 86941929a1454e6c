#include "adapters/sqlite/group_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <variant>

#include "adapters/sqlite/judge.hpp"
#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {

Result<void> save_member(Connection& db, GroupId group, const Membership& row) {
  return execute(db,
                 "INSERT INTO group_members (group_id, user_id, role, muted_until, join_seq, "
                 "left_seq, left_event_no, joined_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                 "ON CONFLICT (group_id, user_id) DO UPDATE SET role = excluded.role, "
                 "muted_until = excluded.muted_until, join_seq = excluded.join_seq, "
                 "left_seq = excluded.left_seq, left_event_no = excluded.left_event_no, "
                 "joined_at = excluded.joined_at",
                 group, row.user, row.role, ms(row.muted_until), row.join_seq, row.left_seq,
                 row.left_event_no, ms(row.joined_at));
}

Result<std::optional<Error>> room_for_group(Batch& batch, UserId user) {
  const std::size_t most = batch.ground().groups_per_user_max;
  auto count = query_number(
      batch.db(), "SELECT count(*) FROM group_members WHERE user_id = ? AND left_seq IS NULL", 0,
      user);
  if (!count) return std::move(count).error();
  if (static_cast<std::size_t>(*count) < most) return std::optional<Error>{};
  return std::optional{
      refused(ErrorCode::conflict, fmt::format("nobody is in more than {} groups", most))};
}

ChangeAnswer GroupChange::apply(Batch& batch, const Change& change) {
  auto working = batch.conversation(change.conversation);
  if (!working) return std::move(working).error();
  if (*working == nullptr || (*working)->head.kind != ConversationKind::group) {
    return LogAnswer{refused(ErrorCode::not_found, "this group does not exist")};
  }
  auto group = find_group(batch.db(), (*working)->head.group);
  if (!group) return std::move(group).error();
  if (!*group) {
    return failed(ErrorCode::internal, "no row of the group of " + change.conversation.text());
  }
  GroupChange scene{batch, **working, std::move(**group), change.at};
  return std::visit([&scene](const auto& body) { return scene.act(body); }, change.body);
}

template <class Other>
ChangeAnswer GroupChange::act(const Other&) {
  return failed(ErrorCode::internal, "this is not a change of a group");
}

Result<void> GroupChange::happened(const Happened& event) {
  ConversationEvent row;
  row.kind = event.kind;
  row.actor = event.actor;
  row.subject = event.subject;
  row.argument = event.argument;
  row.at = at_;
  const auto members =
      event.kind == EventKind::settings ? Batch::Members::unchanged : Batch::Members::changed;
  auto numbered = batch_.event(working_, row, members);
  if (!numbered) return std::move(numbered).error();
  events_.push_back(std::move(*numbered));
  return {};
}

Result<void> GroupChange::save_group() {
  ++group_.version;
  return execute(batch_.db(),
                 "UPDATE \"groups\" SET name = ?, description = ?, avatar_url = ?, owner_id = ?, "
                 "member_count = ?, max_members = ?, join_policy = ?, history_visible = ?, "
                 "disbanded = ?, version = ?, updated_at = ? WHERE id = ?",
                 group_.name, group_.description, group_.avatar, group_.owner, group_.member_count,
                 group_.max_members, group_.join_policy, group_.history_visible, group_.disbanded,
                 group_.version, ms(at_), group_.id);
}

LogAnswer GroupChange::answer() {
  Changed changed;
  changed.events = std::move(events_);
  changed.head = working_.present();
  changed.member_count = group_.member_count;
  return changed;
}

// A rejoin starts anew, but for a mute: who was told to be silent cannot shed that by walking out
// and in.
Result<void> GroupChange::enter(UserId user, UserId actor, const MaybeMember& before) {
  Membership row;
  row.user = user;
  row.join_seq = working_.head.last_seq;
  row.joined_at = at_;
  if (before) row.muted_until = before->muted_until;
  if (auto saved = save_member(batch_.db(), group_.id, row); !saved) return saved;
  ++group_.member_count;
  return happened({EventKind::join, actor, user.number()});
}

// The event comes first: it is the last one that the leaving member may see.
Result<void> GroupChange::leave(Membership row, EventKind kind, UserId actor) {
  if (auto told = happened({kind, actor, row.user.number()}); !told) return told;
  row.role = Role::member;
  row.left_seq = working_.head.last_seq;
  row.left_event_no = working_.head.last_event_no;
  --group_.member_count;
  return save_member(batch_.db(), group_.id, row);
}

ChangeAnswer GroupChange::act(const change::Join& join) {
  auto row = find_member(batch_.db(), group_.id, join.user);
  if (!row) return std::move(row).error();
  if (*row && (*row)->present()) return answer();
  if (auto may = may_join(group_, *row); !may) return LogAnswer{std::move(may).error()};
  auto room = room_for_group(batch_, join.user);
  if (!room) return std::move(room).error();
  if (*room) return LogAnswer{std::move(**room)};
  if (auto entered = enter(join.user, join.user, *row); !entered) {
    return std::move(entered).error();
  }
  if (auto saved = save_group(); !saved) return std::move(saved).error();
  return answer();
}

ChangeAnswer GroupChange::act(const change::Leave& leave) {
  auto row = find_member(batch_.db(), group_.id, leave.user);
  if (!row) return std::move(row).error();
  if (auto may = may_leave(group_, *row); !may) return LogAnswer{std::move(may).error()};
  if (auto left = this->leave(**row, EventKind::leave, leave.user); !left) {
    return std::move(left).error();
  }
  if (auto saved = save_group(); !saved) return std::move(saved).error();
  return answer();
}

ChangeAnswer GroupChange::act(const change::AddMembers& add) {
  auto actor = find_member(batch_.db(), group_.id, add.actor);
  if (!actor) return std::move(actor).error();
  std::vector<UserId> users = add.users;
  std::ranges::sort(users);
  users.erase(std::ranges::unique(users).begin(), users.end());
  std::vector<std::pair<UserId, MaybeMember>> entering;
  for (const UserId user : users) {
    auto row = find_member(batch_.db(), group_.id, user);
    if (!row) return std::move(row).error();
    if (*row && (*row)->present()) continue;
    auto room = room_for_group(batch_, user);
    if (!room) return std::move(room).error();
    if (*room) return LogAnswer{std::move(**room)};
    entering.emplace_back(user, std::move(*row));
  }
  if (auto may = may_add(group_, *actor, static_cast<std::uint32_t>(entering.size())); !may) {
    return LogAnswer{std::move(may).error()};
  }
  if (entering.empty()) return answer();
  for (const auto& [user, before] : entering) {
    if (auto entered = enter(user, add.actor, before); !entered) return std::move(entered).error();
  }
  if (auto saved = save_group(); !saved) return std::move(saved).error();
  return answer();
}

ChangeAnswer GroupChange::act(const change::RemoveMember& remove) {
  auto actor = find_member(batch_.db(), group_.id, remove.actor);
  if (!actor) return std::move(actor).error();
  auto target = find_member(batch_.db(), group_.id, remove.user);
  if (!target) return std::move(target).error();
  if (auto may = may_remove(*actor, *target); !may) return LogAnswer{std::move(may).error()};
  const EventKind kind = remove.actor == remove.user ? EventKind::leave : EventKind::kick;
  if (auto left = leave(**target, kind, remove.actor); !left) return std::move(left).error();
  if (auto saved = save_group(); !saved) return std::move(saved).error();
  return answer();
}

ChangeAnswer GroupChange::act(const change::SetRole& set) {
  auto actor = find_member(batch_.db(), group_.id, set.actor);
  if (!actor) return std::move(actor).error();
  auto target = find_member(batch_.db(), group_.id, set.user);
  if (!target) return std::move(target).error();
  if (auto may = may_set_role(*actor, *target, set.role); !may) {
    return LogAnswer{std::move(may).error()};
  }
  if ((*target)->role == set.role) return answer();
  (*target)->role = set.role;
  if (auto saved = save_member(batch_.db(), group_.id, **target); !saved) {
    return std::move(saved).error();
  }
  const Happened event{EventKind::role, set.actor, set.user.number(),
                       static_cast<std::int64_t>(set.role)};
  if (auto told = happened(event); !told) return std::move(told).error();
  return answer();
}

ChangeAnswer GroupChange::act(const change::Mute& mute) {
  auto actor = find_member(batch_.db(), group_.id, mute.actor);
  if (!actor) return std::move(actor).error();
  auto target = find_member(batch_.db(), group_.id, mute.user);
  if (!target) return std::move(target).error();
  if (auto may = may_mute(*actor, *target); !may) return LogAnswer{std::move(may).error()};
  if ((*target)->muted_until == mute.until) return answer();
  (*target)->muted_until = mute.until;
  if (auto saved = save_member(batch_.db(), group_.id, **target); !saved) {
    return std::move(saved).error();
  }
  const Happened event{EventKind::mute, mute.actor, mute.user.number(), ms(mute.until)};
  if (auto told = happened(event); !told) return std::move(told).error();
  return answer();
}

// The old owner stays as an admin.
ChangeAnswer GroupChange::act(const change::Transfer& transfer) {
  auto actor = find_member(batch_.db(), group_.id, transfer.actor);
  if (!actor) return std::move(actor).error();
  auto target = find_member(batch_.db(), group_.id, transfer.to);
  if (!target) return std::move(target).error();
  if (auto may = may_transfer(*actor, *target); !may) return LogAnswer{std::move(may).error()};
  (*actor)->role = Role::admin;
  (*target)->role = Role::owner;
  group_.owner = transfer.to;
  for (const Membership& row : {**actor, **target}) {
    if (auto saved = save_member(batch_.db(), group_.id, row); !saved) {
      return std::move(saved).error();
    }
  }
  if (auto saved = save_group(); !saved) return std::move(saved).error();
  const Happened event{EventKind::transfer, transfer.actor, transfer.to.number()};
  if (auto told = happened(event); !told) return std::move(told).error();
  return answer();
}

ChangeAnswer GroupChange::act(const change::Disband& disband) {
  auto actor = find_member(batch_.db(), group_.id, disband.actor);
  if (!actor) return std::move(actor).error();
  if (auto may = may_disband(*actor); !may) return LogAnswer{std::move(may).error()};
  if (auto told = happened({EventKind::disband, disband.actor}); !told) {
    return std::move(told).error();
  }
  auto left = execute(batch_.db(),
                      "UPDATE group_members SET left_seq = ?, left_event_no = ? WHERE group_id = ? "
                      "AND left_seq IS NULL",
                      working_.head.last_seq, working_.head.last_event_no, group_.id);
  if (!left) return std::move(left).error();
  group_.disbanded = true;
  group_.member_count = 0;
  if (auto saved = save_group(); !saved) return std::move(saved).error();
  return answer();
}

ChangeAnswer GroupChange::act(const change::EditGroup& edit) {
  auto actor = find_member(batch_.db(), group_.id, edit.actor);
  if (!actor) return std::move(actor).error();
  if (auto may = may_edit(*actor); !may) return LogAnswer{std::move(may).error()};
  const std::uint32_t most = batch_.ground().group_members_max;
  if (edit.max_members && (*edit.max_members < group_.member_count || *edit.max_members > most)) {
    return LogAnswer{refused(ErrorCode::invalid_params,
                             fmt::format("max_members is between the present {} members and {}",
                                         group_.member_count, most))};
  }
  const auto take = [](auto& field, const auto& wanted) {
    if (!wanted || *wanted == field) return false;
    field = *wanted;
    return true;
  };
  bool changes = take(group_.name, edit.name);
  changes |= take(group_.description, edit.description);
  changes |= take(group_.avatar, edit.avatar);
  changes |= take(group_.join_policy, edit.join_policy);
  changes |= take(group_.history_visible, edit.history_visible);
  changes |= take(group_.max_members, edit.max_members);
  if (!changes) return answer();
  if (auto saved = save_group(); !saved) return std::move(saved).error();
  if (auto told = happened({EventKind::settings, edit.actor}); !told) {
    return std::move(told).error();
  }
  return answer();
}

}  // namespace gochat::sqlite

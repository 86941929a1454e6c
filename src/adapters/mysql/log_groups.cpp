// Changes of groups and of who is in them: rows, events and versions together.
#include <fmt/format.h>

#include <algorithm>
#include <variant>
#include <vector>

#include "adapters/mysql/log_apply.hpp"

namespace gochat::mysql {
namespace {

std::vector<UserId> without_repeats(std::vector<UserId> users) {
  std::ranges::sort(users);
  users.erase(std::ranges::unique(users).begin(), users.end());
  return users;
}

Result<void> room_for_group(const Scene& scene, const Rules& rules, UserId user) {
  const auto found = scene.groups_of.find(user);
  if (found == scene.groups_of.end() || found->second < rules.groups_per_user_max) return {};
  return refused(ErrorCode::conflict,
                 fmt::format("nobody is in more than {} groups", rules.groups_per_user_max));
}

class GroupChange {
 public:
  GroupChange(Scene& scene, const Rules& rules, Working& working, GroupRow& row, WallTime at)
      : scene_{scene}, rules_{rules}, working_{working}, row_{row}, group_{row.group}, at_{at} {}

  LogAnswer act(const change::Join& join);
  LogAnswer act(const change::Leave& leave);
  LogAnswer act(const change::AddMembers& add);
  LogAnswer act(const change::RemoveMember& remove);
  LogAnswer act(const change::SetRole& set);
  LogAnswer act(const change::Mute& mute);
  LogAnswer act(const change::Transfer& transfer);
  LogAnswer act(const change::Disband& disband);
  LogAnswer act(const change::EditGroup& edit);
  template <class Other>
  LogAnswer act(const Other&) {
    return failed(ErrorCode::internal, "this is not a change of a group");
  }

  struct Happened {
    EventKind kind;
    UserId actor;
    std::int64_t subject = 0;
    std::int64_t argument = 0;
  };
  void happened(const Happened& event);
  void enter(UserId user, UserId actor, Role role);
  LogAnswer answer();

 private:
  const MaybeMember& member(UserId user) const { return scene_.member(group_.id, user); }
  void save_member(const Membership& row) { scene_.members[{group_.id, row.user}] = {row, true}; }
  void leave(Membership row, EventKind kind, UserId actor);
  void save_group();

  Scene& scene_;
  const Rules& rules_;
  Working& working_;
  GroupRow& row_;
  Group& group_;
  WallTime at_;
  std::vector<ConversationEvent> events_;
};

void GroupChange::happened(const Happened& event) {
  ConversationEvent row;
  row.kind = event.kind;
  row.actor = event.actor;
  row.subject = event.subject;
  row.argument = event.argument;
  row.at = at_;
  const bool of_members = event.kind != EventKind::settings;
  events_.push_back(
      mysql::happened(scene_, working_, row, of_members ? Members::changed : Members::unchanged));
}

void GroupChange::save_group() {
  ++group_.version;
  row_.touched = at_;
  row_.changed = true;
}

LogAnswer GroupChange::answer() {
  Changed changed;
  changed.events = std::move(events_);
  changed.head = working_.head;
  changed.member_count = group_.member_count;
  return changed;
}

// A rejoin starts anew, but for a mute: who was told to be silent cannot shed that by walking out
// and in.
void GroupChange::enter(UserId user, UserId actor, Role role) {
  Membership row;
  row.user = user;
  row.role = role;
  row.join_seq = working_.head.last_seq;
  row.joined_at = at_;
  if (const MaybeMember& before = member(user)) row.muted_until = before->muted_until;
  save_member(row);
  ++scene_.groups_of[user];
  ++group_.member_count;
  happened({EventKind::join, actor, user.number()});
}

// The event comes first: it is the last one that the leaving member may see.
void GroupChange::leave(Membership row, EventKind kind, UserId actor) {
  happened({kind, actor, row.user.number()});
  row.role = Role::member;
  row.left_seq = working_.head.last_seq;
  row.left_event_no = working_.head.last_event_no;
  save_member(row);
  if (std::size_t& groups = scene_.groups_of[row.user]; groups > 0) --groups;
  --group_.member_count;
  save_group();
}

LogAnswer GroupChange::act(const change::Join& join) {
  const MaybeMember& row = member(join.user);
  if (row && row->present()) return answer();
  if (auto may = may_join(group_, row); !may) return std::move(may).error();
  if (auto room = room_for_group(scene_, rules_, join.user); !room) return std::move(room).error();
  enter(join.user, join.user, Role::member);
  save_group();
  return answer();
}

LogAnswer GroupChange::act(const change::Leave& leave) {
  const MaybeMember& row = member(leave.user);
  if (auto may = may_leave(group_, row); !may) return std::move(may).error();
  this->leave(*row, EventKind::leave, leave.user);
  return answer();
}

LogAnswer GroupChange::act(const change::AddMembers& add) {
  std::vector<UserId> entering;
  for (const UserId user : without_repeats(add.users)) {
    const MaybeMember& row = member(user);
    if (row && row->present()) continue;
    if (auto room = room_for_group(scene_, rules_, user); !room) return std::move(room).error();
    entering.push_back(user);
  }
  const auto added = static_cast<std::uint32_t>(entering.size());
  if (auto may = may_add(group_, member(add.actor), added); !may) return std::move(may).error();
  if (entering.empty()) return answer();
  for (const UserId user : entering) enter(user, add.actor, Role::member);
  save_group();
  return answer();
}

LogAnswer GroupChange::act(const change::RemoveMember& remove) {
  const MaybeMember& target = member(remove.user);
  if (auto may = may_remove(member(remove.actor), target); !may) return std::move(may).error();
  const EventKind kind = remove.actor == remove.user ? EventKind::leave : EventKind::kick;
  leave(*target, kind, remove.actor);
  return answer();
}

LogAnswer GroupChange::act(const change::SetRole& set) {
  const MaybeMember& target = member(set.user);
  if (auto may = may_set_role(member(set.actor), target, set.role); !may) {
    return std::move(may).error();
  }
  if (target->role == set.role) return answer();
  Membership row = *target;
  row.role = set.role;
  save_member(row);
  happened({EventKind::role, set.actor, set.user.number(), static_cast<std::int64_t>(set.role)});
  return answer();
}

LogAnswer GroupChange::act(const change::Mute& mute) {
  const MaybeMember& target = member(mute.user);
  if (auto may = may_mute(member(mute.actor), target); !may) return std::move(may).error();
  if (target->muted_until == mute.until) return answer();
  Membership row = *target;
  row.muted_until = mute.until;
  save_member(row);
  happened({EventKind::mute, mute.actor, mute.user.number(), ms(mute.until)});
  return answer();
}

// The old owner stays as an admin.
LogAnswer GroupChange::act(const change::Transfer& transfer) {
  const MaybeMember& actor = member(transfer.actor);
  const MaybeMember& target = member(transfer.to);
  if (auto may = may_transfer(actor, target); !may) return std::move(may).error();
  Membership before = *actor;
  Membership after = *target;
  before.role = Role::admin;
  after.role = Role::owner;
  save_member(before);
  save_member(after);
  group_.owner = transfer.to;
  save_group();
  happened({EventKind::transfer, transfer.actor, transfer.to.number()});
  return answer();
}

LogAnswer GroupChange::act(const change::Disband& disband) {
  if (auto may = may_disband(member(disband.actor)); !may) return std::move(may).error();
  happened({EventKind::disband, disband.actor});
  for (auto& [key, found] : scene_.members) {
    if (key.group != group_.id || !found.row || !found.row->present()) continue;
    found.row->left_seq = working_.head.last_seq;
    found.row->left_event_no = working_.head.last_event_no;
    found.changed = true;
    if (std::size_t& groups = scene_.groups_of[key.user]; groups > 0) --groups;
  }
  group_.disbanded = true;
  group_.member_count = 0;
  row_.disbanded_now = true;
  save_group();
  return answer();
}

LogAnswer GroupChange::act(const change::EditGroup& edit) {
  if (auto may = may_edit(member(edit.actor)); !may) return std::move(may).error();
  const std::uint32_t most = rules_.group_members_max;
  if (edit.max_members && (*edit.max_members < group_.member_count || *edit.max_members > most)) {
    return refused(ErrorCode::invalid_params,
                   fmt::format("max_members is between the present {} members and {}",
                               group_.member_count, most));
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
  save_group();
  happened({EventKind::settings, edit.actor});
  return answer();
}

Result<void> may_create(const Scene& scene, const Rules& rules, const Group& group,
                        const std::vector<UserId>& users) {
  const std::uint32_t most = rules.group_members_max;
  if (group.max_members == 0 || group.max_members > most) {
    return refused(ErrorCode::invalid_params, fmt::format("max_members is between 1 and {}", most));
  }
  if (users.size() > group.max_members) {
    return refused(ErrorCode::group_full, "the group has no room for so many");
  }
  for (const UserId user : users) {
    if (auto room = room_for_group(scene, rules, user); !room) return room;
  }
  return {};
}

// The same creation again, after an answer that got lost, finds what it made.
LogAnswer found_again(const Working* working, const Group& stored, const Group& wanted) {
  if (working == nullptr || stored.owner != wanted.owner || stored.name != wanted.name) {
    return refused(ErrorCode::conflict, "this group id is taken");
  }
  Changed changed;
  changed.head = working->head;
  changed.member_count = stored.member_count;
  return changed;
}

}  // namespace

// Everybody's entry is an event, so that a group in which nothing has been said yet has a mark by
// which its members learn of it.
LogAnswer create_group(Scene& scene, const Rules& rules, const Change& change,
                       const change::CreateGroup& create) {
  const ConversationId id = group_conversation_id(create.group.id);
  if (id != change.conversation) {
    return refused(ErrorCode::invalid_params, "conversation is not the group's");
  }
  if (const auto before = scene.groups.find(create.group.id); before != scene.groups.end()) {
    return found_again(scene.find(id), before->second.group, create.group);
  }
  std::vector<UserId> users = create.members;
  users.push_back(create.group.owner);
  users = without_repeats(std::move(users));
  if (auto may = may_create(scene, rules, create.group, users); !may) {
    return std::move(may).error();
  }
  GroupRow row{create.group, change.at, true};
  row.group.member_count = 0;
  row.group.version = 1;
  row.group.created_at = change.at;
  Working working;
  working.head.id = id;
  working.head.kind = ConversationKind::group;
  working.head.group = row.group.id;
  working.head.member_version = MemberVersion{1};
  working.head.created_at = change.at;
  working.created = true;
  GroupRow& kept = scene.groups.emplace(row.group.id, std::move(row)).first->second;
  Working& made = scene.conversations.emplace(id, std::move(working)).first->second;
  GroupChange scene_change{scene, rules, made, kept, change.at};
  for (const UserId user : users) {
    scene_change.enter(user, create.group.owner,
                       user == create.group.owner ? Role::owner : Role::member);
  }
  auto answer = scene_change.answer();
  std::get<Changed>(answer).created = true;
  return answer;
}

LogAnswer change_group(Scene& scene, const Rules& rules, const Change& change) {
  Working* const working = scene.find(change.conversation);
  if (working == nullptr || working->head.kind != ConversationKind::group) {
    return refused(ErrorCode::not_found, "this group does not exist");
  }
  const auto row = scene.groups.find(working->head.group);
  if (row == scene.groups.end()) {
    return failed(ErrorCode::internal, "no row of the group of " + change.conversation.text());
  }
  GroupChange scene_change{scene, rules, *working, row->second, change.at};
  return std::visit([&](const auto& body) { return scene_change.act(body); }, change.body);
}

}  // namespace gochat::mysql

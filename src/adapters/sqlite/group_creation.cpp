#include <fmt/format.h>

#include <algorithm>

#include "adapters/sqlite/conversation_rows.hpp"
#include "adapters/sqlite/group_changes.hpp"
#include "adapters/sqlite/judge.hpp"
#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

std::vector<UserId> first_members(const change::CreateGroup& create) {
  std::vector<UserId> users = create.members;
  users.push_back(create.group.owner);
  std::ranges::sort(users);
  users.erase(std::ranges::unique(users).begin(), users.end());
  return users;
}

Judgement may_create(Batch& batch, const Group& group, const std::vector<UserId>& users) {
  const std::uint32_t most = batch.ground().group_members_max;
  if (group.max_members == 0 || group.max_members > most) {
    return std::optional{
        refused(ErrorCode::invalid_params, fmt::format("max_members is between 1 and {}", most))};
  }
  if (users.size() > group.max_members) {
    return std::optional{refused(ErrorCode::group_full, "the group has no room for so many")};
  }
  for (const UserId user : users) {
    auto room = room_for_group(batch, user);
    if (!room || *room) return room;
  }
  return std::optional<Error>{};
}

Result<void> insert_group(Connection& db, const Group& group) {
  return execute(db, "INSERT INTO \"groups\" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
                 group.id, group.name, group.description, group.avatar, group.owner,
                 group.member_count, group.max_members, group.join_policy, group.history_visible,
                 group.version, ms(group.created_at), ms(group.created_at));
}

// The same creation again, after an answer that got lost, finds what it made.
ChangeAnswer found_again(const Conversation& head, const Group& stored, const Group& wanted) {
  if (stored.owner != wanted.owner || stored.name != wanted.name) {
    return LogAnswer{refused(ErrorCode::conflict, "this group id is taken")};
  }
  Changed changed;
  changed.head = head;
  changed.member_count = stored.member_count;
  return LogAnswer{std::move(changed)};
}

}  // namespace

// Everybody's entry is an event, so that a group in which nothing has been said yet has a mark by
// which its members learn of it.
ChangeAnswer create_group(Batch& batch, const Change& change, const change::CreateGroup& create) {
  const ConversationId id = group_conversation_id(create.group.id);
  if (id != change.conversation) {
    return LogAnswer{refused(ErrorCode::invalid_params, "conversation is not the group's")};
  }
  auto before = find_group(batch.db(), create.group.id);
  if (!before) return std::move(before).error();
  if (*before) {
    auto working = batch.conversation(id);
    if (!working) return std::move(working).error();
    return found_again((*working)->present(), **before, create.group);
  }
  const std::vector<UserId> users = first_members(create);
  auto may = may_create(batch, create.group, users);
  if (!may) return std::move(may).error();
  if (*may) return LogAnswer{std::move(**may)};

  Group group = create.group;
  group.member_count = static_cast<std::uint32_t>(users.size());
  group.version = 1;
  group.created_at = change.at;
  if (auto inserted = insert_group(batch.db(), group); !inserted) {
    return std::move(inserted).error();
  }
  Conversation head;
  head.id = id;
  head.kind = ConversationKind::group;
  head.group = group.id;
  head.created_at = change.at;
  auto working = insert_conversation(batch, std::move(head));
  if (!working) return std::move(working).error();
  Changed changed;
  for (const UserId user : users) {
    Membership row;
    row.user = user;
    row.role = user == group.owner ? Role::owner : Role::member;
    row.joined_at = change.at;
    if (auto saved = save_member(batch.db(), group.id, row); !saved) {
      return std::move(saved).error();
    }
    ConversationEvent event;
    event.kind = EventKind::join;
    event.actor = group.owner;
    event.subject = user.number();
    event.at = change.at;
    auto numbered = batch.event(**working, event, Batch::Members::changed);
    if (!numbered) return std::move(numbered).error();
    changed.events.push_back(std::move(*numbered));
  }
  changed.head = (*working)->present();
  changed.member_count = group.member_count;
  changed.created = true;
  return LogAnswer{std::move(changed)};
}

}  // namespace gochat::sqlite

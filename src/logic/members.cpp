#include "logic/members.hpp"

#include <algorithm>
#include <utility>

#include "domain/membership.hpp"

namespace gochat::logic {

bool Roster::has(UserId user) const {
  switch (kind) {
    case ConversationKind::single:
      return user == user_lo || user == user_hi;
    case ConversationKind::group: {
      const Membership* row = list->find(user);
      return row && row->present();
    }
    case ConversationKind::world:
      return true;
  }
  return false;
}

template <class Wanted>
std::vector<UserId> Roster::those(Wanted wanted) const {
  if (kind == ConversationKind::single) return {user_lo, user_hi};
  std::vector<UserId> users;
  if (!list) return users;
  users.reserve(list->rows.size());
  for (const Membership& row : list->rows) {
    if (wanted(row)) users.push_back(row.user);
  }
  return users;
}

std::vector<UserId> Roster::present() const {
  return those([](const Membership& row) { return row.present(); });
}

std::vector<UserId> Roster::receivers(Seq seq) const {
  return those([seq](const Membership& row) { return row.receives(seq); });
}

std::vector<UserId> Roster::witnesses(EventNo event) const {
  return those(
      [event](const Membership& row) { return row.present() || row.left_event_no >= event; });
}

Verdict Members::judge(const ConversationId& conversation, UserId sender, WallTime now) {
  const Entry* entry = rosters_.find(conversation);
  if (!entry) return {};
  const Roster& roster = *entry->roster;
  switch (roster.kind) {
    case ConversationKind::single: {
      const std::optional<MemberVersion> allowed = sender == roster.user_lo   ? entry->lo_allowed
                                                   : sender == roster.user_hi ? entry->hi_allowed
                                                                              : std::nullopt;
      return {roster.version, allowed != roster.version};
    }
    case ConversationKind::group: {
      const Membership* row = roster.list->find(sender);
      return {roster.version, !row || !may_send(*row, now)};
    }
    case ConversationKind::world:
      return {roster.version, false};
  }
  return {};
}

void Members::learn(const ConversationId& conversation, UserId sender, MemberVersion version) {
  if (conversation == world_id) {
    // Nobody is a member of the world room: its version is all that a verdict needs.
    Roster world;
    world.conversation = conversation;
    world.kind = ConversationKind::world;
    world.version = version;
    const Entry* known = rosters_.find(conversation);
    if (!known || known->roster->version < version) {
      keep(std::make_shared<const Roster>(std::move(world)));
    }
    return;
  }
  Entry* entry = rosters_.find(conversation);
  if (!entry || entry->roster->kind != ConversationKind::single) return;
  // Only while the roster stands at that version: a later one may have changed the answer.
  if (entry->roster->version != version) return;
  if (sender == entry->roster->user_lo) entry->lo_allowed = version;
  if (sender == entry->roster->user_hi) entry->hi_allowed = version;
}

void Members::keep(SharedRoster roster) {
  const auto rows_of = [](const Roster& r) { return r.list ? r.list->rows.size() : 0; };
  Entry fresh{roster, timers_.now(), std::nullopt, std::nullopt};
  if (const Entry* there = rosters_.find(roster->conversation)) {
    if (there->roster->version > roster->version) return;
    if (there->roster->version == roster->version) {
      fresh.lo_allowed = there->lo_allowed;
      fresh.hi_allowed = there->hi_allowed;
    }
    rows_ -= rows_of(*there->roster);
  }
  rows_ += rows_of(*roster);
  const auto forgotten = rosters_.put(roster->conversation, std::move(fresh));
  if (forgotten) rows_ -= rows_of(*forgotten->roster);
  while (rows_ > rows_max && rosters_.size() > 1) rows_ -= rows_of(*rosters_.drop_oldest().roster);
}

Task<Result<SharedRoster>> Members::read(ConversationId conversation) {
  auto head = co_await repo_.conversations.conversation(conversation);
  if (!head) co_return head.error();
  Roster roster;
  roster.conversation = std::move(conversation);
  roster.kind = head->kind;
  roster.version = head->member_version;
  roster.user_lo = head->user_lo;
  roster.user_hi = head->user_hi;
  roster.group = head->group;
  if (head->kind == ConversationKind::group) {
    auto list = co_await repo_.groups.members(head->group);
    if (!list) co_return list.error();
    roster.list = *std::move(list);
    roster.version = roster.list->version;
    roster.present_count = roster.present().size();
  }
  auto shared = std::make_shared<const Roster>(std::move(roster));
  keep(shared);
  co_return shared;
}

Task<Result<SharedRoster>> Members::at_least(ConversationId conversation, MemberVersion version) {
  if (const Entry* entry = rosters_.find(conversation)) {
    if (entry->roster->version >= version) co_return entry->roster;
  }
  auto roster = co_await read(std::move(conversation));
  if (roster && (*roster)->version < version) {
    co_return failed(ErrorCode::unavailable, "the members were read at an old version");
  }
  co_return roster;
}

Task<Result<SharedRoster>> Members::current(ConversationId conversation) {
  auto head = co_await repo_.conversations.conversation(conversation);
  if (!head) co_return head.error();
  co_return co_await at_least(std::move(conversation), head->member_version);
}

Task<Result<SharedRoster>> Members::recent(ConversationId conversation) {
  if (Entry* entry = rosters_.find(conversation)) {
    if (timers_.now() - entry->read_at <= age_max) co_return entry->roster;
    auto roster = co_await current(conversation);
    if (!roster) co_return roster;
    if (Entry* again = rosters_.find(conversation)) again->read_at = timers_.now();
    co_return roster;
  }
  co_return co_await read(std::move(conversation));
}

}  // namespace gochat::logic

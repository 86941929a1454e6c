#include "logic/presence.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace gochat::logic {

namespace {

std::vector<UserId> without(std::vector<UserId> users, UserId user) {
  std::erase(users, user);
  return users;
}

}  // namespace

Presence::Presence(const Needs& needs, const Options& options, Access& access, Members& members,
                   FanOut& fan_out)
    : repo_{needs.repo},
      registry_{needs.registry},
      timers_{needs.timers},
      options_{options},
      access_{access},
      members_{members},
      fan_out_{fan_out},
      gate_{needs.executor} {}

Task<Result<void>> Presence::changed(UserId user, bool online) {
  if (online) {
    // Nobody heard that they went, so nobody needs to hear that they are back.
    if (leaving_.erase(user) != 0) co_return Result<void>{};
    co_await tell(user, true);
    co_return Result<void>{};
  }
  leaving_[user] = timers_.after(options_.offline_grace,
                                 [this, user] { gate_.spawn(tell_offline_unless_back(user)); });
  co_return Result<void>{};
}

Task<> Presence::tell_offline_unless_back(UserId user) {
  leaving_.erase(user);
  // They may be connected elsewhere; if nobody knows, what others believe is left alone.
  const std::vector<UserId> one{user};
  const auto still = co_await registry_.online(one);
  if (!still || !still->empty()) co_return;
  co_await tell(user, false);
}

Task<Result<std::vector<UserId>>> Presence::acquaintances(UserId user) {
  auto people = co_await repo_.relations.friends(user);
  if (!people) co_return people.error();
  const auto own = co_await repo_.conversations.conversations_for(user);
  if (!own) co_return own.error();
  for (const UserConversation& one : *own) {
    if (one.head.kind == ConversationKind::single) people->push_back(one.head.peer_of(user));
  }
  std::ranges::sort(*people);
  people->erase(std::unique(people->begin(), people->end()), people->end());
  co_return people;
}

Task<> Presence::tell(UserId user, bool online) {
  auto people = co_await acquaintances(user);
  const auto own = co_await repo_.conversations.conversations_for(user);
  if (!people || !own) {
    const Error& error = people ? own.error() : people.error();
    log::warn("presence was not told",
              {{log::Field::user_id, user.number()}, {log::Field::reason, error.detail}});
    co_return;
  }
  const protocol::PresencePush push{user, online};
  std::vector<Notice> notices;
  notices.push_back({{}, push, *std::move(people)});
  for (const UserConversation& one : *own) {
    if (one.head.kind != ConversationKind::group || one.left()) continue;
    if (!one.group || one.group->member_count > group_members_max) continue;
    const auto roster = co_await members_.recent(one.head.id);
    if (roster) notices.push_back({one.head.id, push, without((*roster)->present(), user)});
  }
  co_await fan_out_.tell(std::move(notices));
}

Task<Result<void>> Presence::typing(Caller caller, ConversationId id, bool on) {
  if (id == world_id) co_return Result<void>{};
  const auto roster = co_await members_.recent(id);
  if (!roster) co_return co_await access_.as_seen_by(caller, std::move(id), roster.error());
  if (!(*roster)->has(caller.user)) {
    auto refusal = refused(ErrorCode::not_a_member, "you are not in this conversation");
    co_return co_await access_.as_seen_by(caller, std::move(id), std::move(refusal));
  }
  auto others = without((*roster)->present(), caller.user);
  if (others.size() >= group_members_max) co_return Result<void>{};
  if ((*roster)->kind == ConversationKind::single && !others.empty()) {
    const auto blocked = co_await repo_.relations.blocked_between(caller.user, others.front());
    if (!blocked) co_return blocked.error();
    if (*blocked) co_return refused(ErrorCode::blocked, "you cannot write to this person");
  }
  std::vector<Notice> notices;
  notices.push_back({std::move(id), protocol::TypingPush{caller.user, on}, std::move(others)});
  co_await fan_out_.tell(std::move(notices));
  co_return Result<void>{};
}

Task<> Presence::stop() {
  leaving_.clear();
  co_await gate_.close();
}

}  // namespace gochat::logic

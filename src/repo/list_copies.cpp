#include "repo/list_copies.hpp"

#include <string>
#include <utility>

namespace gochat::repo {
namespace {

std::string key_of(UserId user) { return "user_conversations:" + user.text(); }

}  // namespace

Task<Result<std::vector<UserConversation>>> ListCopies::get(UserId user) {
  auto seen = co_await look(user);
  if (seen.hit) {
    auto list = co_await known_.list_known(user, std::move(seen.ids));
    if (!list) co_return std::move(list).error();
    if (*list) {
      counts_.hits.add();
      co_return **std::move(list);
    }
    counts_.wrong.add();
    // It was never right, or is so no more: nothing that is right has to be held off.
    const auto removed = co_await sets_.invalidate(key_of(user), 0, Duration{1});
    seen.answered = removed.ok();
  }
  if (seen.answered) counts_.misses.add();
  auto list = co_await conversations_.list_for(user);
  if (list && seen.answered) co_await fill(user, &*list);
  co_return list;
}

Task<ListCopies::Look> ListCopies::look(UserId user) {
  Look look;
  const MonoTime since = timers_.now();
  auto held = co_await sets_.get(key_of(user));
  counts_.seconds.observe(timers_.now() - since);
  if (!held) {
    counts_.errors.add();
    co_return look;
  }
  look.answered = true;
  look.hit = held->has_value() && !(*held)->all.empty();
  if (look.hit) {
    look.ids.reserve((*held)->all.size());
    for (SetCache::Member& member : (*held)->all) look.ids.emplace_back(std::move(member.text));
  }
  co_return look;
}

Task<> ListCopies::fill(UserId user, const std::vector<UserConversation>* list) {
  if (list->empty()) co_return;
  SetCache::Members members;
  members.version = list->size();
  members.all.reserve(list->size());
  for (const UserConversation& one : *list) {
    members.all.push_back({one.head.id.text(), ms(one.head.last_message_at)});
  }
  const auto filled = co_await sets_.fill(key_of(user), std::move(members), kept_for);
  if (!filled) counts_.errors.add();
  if (filled && !*filled) counts_.stale.add();
}

Task<bool> ListCopies::changed(UserId user) {
  const auto removed = co_await sets_.invalidate(key_of(user), 0, removal_kept_for);
  if (!removed) counts_.errors.add();
  co_return removed.ok();
}

}  // namespace gochat::repo

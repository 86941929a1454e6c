#include "task/member_lists.hpp"

#include <utility>

#include "async/executor.hpp"

namespace gochat::task {

void MemberLists::keep(GroupId group, const SharedMembers& list) {
  if (const auto* known = lists_.find(group)) {
    if ((*known)->version > list->version) return;
    rows_ -= (*known)->rows.size();
  }
  rows_ += list->rows.size();
  if (const auto forgotten = lists_.put(group, list)) rows_ -= (*forgotten)->rows.size();
  while (rows_ > rows_max && lists_.size() > 1) rows_ -= lists_.drop_oldest()->rows.size();
}

// The shards of one message come on many lanes at once: the first reads, the others wait for it.
Task<MemberLists::Answer> MemberLists::read(GroupId group) {
  const auto [at, first] = reading_.try_emplace(group);
  if (!first) {
    auto& waiting = at->second;
    co_return co_await await_callback<Answer>(
        [&waiting](auto done) { waiting.emplace_back(std::move(done)); });
  }
  auto list = co_await groups_.members(group);
  if (list) keep(group, *list);
  for (auto waiting = std::move(reading_.extract(group).mapped()); auto& done : waiting) done(list);
  co_return list;
}

Task<Result<SharedMembers>> MemberLists::at_least(GroupId group, MemberVersion version) {
  // Twice: a read that was under way already may have begun before the version came to be.
  for (int tried = 0; tried < 2; ++tried) {
    if (const auto* known = lists_.find(group); known && (*known)->version >= version) {
      co_return *known;
    }
    const auto list = co_await read(group);
    if (!list) co_return list.error();
    if ((*list)->version >= version) co_return *list;
  }
  co_return failed(ErrorCode::unavailable, "the members were read at an old version");
}

}  // namespace gochat::task

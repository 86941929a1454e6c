#include "repo/member_copies.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "protocol/copies.hpp"

namespace gochat::repo {
namespace {

constexpr std::size_t lost_max = 100'000;

std::string key_of(GroupId id) { return "group_members:" + id.text(); }

Error no_group() { return refused(ErrorCode::not_found, "this group does not exist"); }

// A group always has rows: those who left keep theirs. So an empty set says that there is none.
SetCache::Members set_of(const MemberList& list) {
  SetCache::Members members;
  members.version = list.version.number();
  members.all.reserve(list.rows.size());
  for (const Membership& row : list.rows) members.all.push_back({protocol::copy_of(row), 0});
  return members;
}

std::optional<MemberList> list_of(const SetCache::Members& members) {
  MemberList list;
  list.version = MemberVersion{members.version};
  list.rows.reserve(members.all.size());
  for (const SetCache::Member& member : members.all) {
    auto row = protocol::membership_of_copy(member.text);
    if (!row) return std::nullopt;
    list.rows.push_back(*std::move(row));
  }
  std::ranges::sort(list.rows, {}, &Membership::user);
  const bool twice =
      std::ranges::adjacent_find(list.rows, {}, &Membership::user) != list.rows.end();
  if (twice) return std::nullopt;
  return list;
}

}  // namespace

Task<Result<MemberCopies::Members>> MemberCopies::get(GroupId id) {
  if (const auto flight = flights_.under_way(id)) co_return co_await flight->landing(flight);
  auto ticket = flights_.go(id);
  auto members = co_await fetch(id);
  ticket.land(members);
  co_return members;
}

Task<Result<MemberCopies::Members>> MemberCopies::fetch(GroupId id) {
  co_await settle();
  auto seen = co_await look(id);
  if (seen.hit) {
    if (!seen.members) co_return no_group();
    co_return std::move(seen.members);
  }
  auto stored = co_await groups_.members(id);
  if (seen.answered && stored) {
    co_await fill(id, set_of(**stored), kept_for);
  } else if (seen.answered && stored.code() == ErrorCode::not_found) {
    co_await fill(id, {}, absence_kept_for);
  }
  co_return stored;
}

Task<MemberCopies::Look> MemberCopies::look(GroupId id) {
  Look look;
  if (lost_.contains(id)) co_return look;
  const MonoTime since = timers_.now();
  auto held = co_await sets_.get(key_of(id));
  counts_.seconds.observe(timers_.now() - since);
  if (!held) {
    counts_.errors.add();
    co_return look;
  }
  look.answered = true;
  if (*held) {
    auto list = list_of(**held);
    if (list) {
      look.hit = true;
      counts_.hits.add();
      if (!list->rows.empty()) look.members = std::make_shared<MemberList>(*std::move(list));
      co_return look;
    }
    counts_.wrong.add();
    // It was never right, so nothing that is right has to be held off.
    const auto removed = co_await sets_.invalidate(key_of(id), 0, Duration{1});
    look.answered = removed.ok();
  }
  counts_.misses.add();
  co_return look;
}

Task<> MemberCopies::fill(GroupId id, SetCache::Members members, Duration kept) {
  const auto filled = co_await sets_.fill(key_of(id), std::move(members), kept);
  if (!filled) counts_.errors.add();
  if (filled && !*filled) counts_.stale.add();
}

Task<> MemberCopies::changed(GroupId id, MemberVersion version) {
  flights_.changed(id);
  // What is below this version is held off, and what has it may come in.
  const std::uint64_t floor = version ? version.number() - 1 : 0;
  const auto removed = co_await sets_.invalidate(key_of(id), floor, removal_kept_for);
  if (removed) {
    lost_.erase(id);
    co_return;
  }
  counts_.errors.add();
  if (lost_.size() < lost_max) {
    MemberVersion& known = lost_[id];
    known = std::max(known, version);
  }
}

Task<> MemberCopies::settle() {
  if (lost_.empty()) co_return;
  const auto [id, version] = *lost_.begin();
  co_await changed(id, version);
}

}  // namespace gochat::repo

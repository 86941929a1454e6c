// The members of groups as sets in front of the database. A set's version is the member_version
// that the database gave with the rows, so an older set takes no newer one's place.
#pragma once

#include <chrono>
#include <memory>
#include <unordered_map>
#include <vector>

#include "async/timer.hpp"
#include "ports/group_store.hpp"
#include "ports/set_cache.hpp"
#include "repo/copy_counts.hpp"
#include "repo/single_flight.hpp"

namespace gochat::repo {

// Lives on one loop.
class MemberCopies {
 public:
  static constexpr Duration kept_for = std::chrono::hours{1};
  static constexpr Duration absence_kept_for = std::chrono::seconds{30};
  // How long a slow reader is held off; the database answers no question later than that.
  static constexpr Duration removal_kept_for = std::chrono::seconds{10};

  MemberCopies(SetCache& sets, const Timers& timers, GroupStore& groups)
      : sets_{sets}, timers_{timers}, groups_{groups} {}

  Task<Result<std::shared_ptr<const MemberList>>> get(GroupId id);
  // They are at this version now.
  Task<> changed(GroupId id, MemberVersion version);

  const CopyCounts& counts() const { return counts_; }

 private:
  using Members = std::shared_ptr<const MemberList>;
  using Flights = SingleFlight<GroupId, Members>;
  struct Look {
    bool answered = false;
    bool hit = false;
    Members members{};  // of a hit; none: there is no such group
  };

  Task<Result<Members>> fetch(GroupId id);
  Task<Look> look(GroupId id);
  Task<> fill(GroupId id, SetCache::Members members, Duration kept);
  Task<> settle();

  SetCache& sets_;
  const Timers& timers_;
  GroupStore& groups_;
  CopyCounts counts_;
  Flights flights_;
  // Removals that the cache did not take, with the version to remove below.
  std::unordered_map<GroupId, MemberVersion> lost_;
};

}  // namespace gochat::repo

// Who is in which conversation: shared arrays with the version at which they were read.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "async/timer.hpp"
#include "base/bounded_map.hpp"
#include "ports/repo_api.hpp"

namespace gochat::logic {

// The people of one conversation at a version. Immutable and shared; a newer version is a new one.
struct Roster {
  ConversationId conversation;
  ConversationKind kind = ConversationKind::single;
  MemberVersion version;
  UserId user_lo;  // single
  UserId user_hi;
  GroupId group;
  std::shared_ptr<const MemberList> list;  // group
  std::size_t present_count = 0;           // group

  bool has(UserId user) const;
  std::vector<UserId> present() const;
  // To whom the message at `seq` is addressed; nobody by name in the world room.
  std::vector<UserId> receivers(Seq seq) const;
  // Who may know of an event: those who are in it, and those whom it, or one after it, took out.
  std::vector<UserId> witnesses(EventNo event) const;

 private:
  template <class Wanted>
  std::vector<UserId> those(Wanted wanted) const;
};
using SharedRoster = std::shared_ptr<const Roster>;

// How logic judged a sender before the log does.
struct Verdict {
  MemberVersion judged_by;
  bool doubt = true;
};

// Never authorises by itself: a verdict carries the version it is based on, and the log looks again
// when that is no longer in force; whom this would refuse, the log judges.
class Members {
 public:
  static constexpr std::size_t conversations_max = 65'536;
  // Rows held over all conversations: 64 bytes each.
  static constexpr std::size_t rows_max = 1'000'000;
  static constexpr Duration age_max = std::chrono::seconds{5};

  Members(const RepoApi& repo, Timers& timers)
      : repo_{repo}, timers_{timers}, rosters_{conversations_max} {}

  // Costs no read: what is not known is in doubt.
  Verdict judge(const ConversationId& conversation, UserId sender, WallTime now);
  // The log stored a message of this sender at this version: for singles and the world room that is
  // all there is to know about who may write.
  void learn(const ConversationId& conversation, UserId sender, MemberVersion version);

  // The people at `version` or later.
  Task<Result<SharedRoster>> at_least(ConversationId conversation, MemberVersion version);
  // At the version in force when this was called.
  Task<Result<SharedRoster>> current(ConversationId conversation);
  // At most `age_max` old: for what is told and not kept, such as typing.
  Task<Result<SharedRoster>> recent(ConversationId conversation);

 private:
  struct Entry {
    SharedRoster roster;
    MonoTime read_at;
    // Singles: the versions at which each of the pair was allowed to write.
    std::optional<MemberVersion> lo_allowed;
    std::optional<MemberVersion> hi_allowed;
  };

  Task<Result<SharedRoster>> read(ConversationId conversation);
  void keep(SharedRoster roster);

  RepoApi repo_;
  Timers& timers_;
  BoundedMap<ConversationId, Entry> rosters_;
  std::size_t rows_ = 0;
};

}  // namespace gochat::logic

// Who may do what in a group. Pure rules: the stores load the rows and ask here, inside the
// transaction that writes, so that SQLite and MySQL cannot judge differently.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

enum class Role : std::uint8_t { member = 1, admin = 2, owner = 3 };
enum class JoinPolicy : std::uint8_t { open = 1, invite = 2 };

struct Group {
  GroupId id;
  std::string name;
  std::string description;
  std::string avatar;
  UserId owner;
  std::uint32_t member_count = 0;
  std::uint32_t max_members = 200;
  JoinPolicy join_policy = JoinPolicy::open;
  bool history_visible = false;
  bool disbanded = false;
  std::uint64_t version = 0;
  WallTime created_at;
};

// One person's row in a group. It is kept after leaving; a rejoin starts it anew.
struct Membership {
  UserId user;
  Role role = Role::member;
  WallTime muted_until;
  Seq join_seq;  // sees what comes after
  std::optional<Seq> left_seq;
  EventNo left_event_no;
  WallTime joined_at;

  bool present() const { return !left_seq; }
  // Whether the message at `seq` is addressed to this row.
  bool receives(Seq seq) const { return join_seq < seq && (!left_seq || seq <= *left_seq); }
};

// The seqs a person may read: above `after` and up to `up_to` (none = the head).
struct VisibleRange {
  Seq after;
  std::optional<Seq> up_to;
  bool contains(Seq seq) const { return after < seq && (!up_to || seq <= *up_to); }
};
VisibleRange visible_range(const Membership& row, bool history_visible);

// Each answers ok, or the refusal that the actor is told. `actor` is empty for a stranger.
using MaybeMember = std::optional<Membership>;
Result<void> may_send(const MaybeMember& sender, WallTime now);
Result<void> may_join(const Group& group, const MaybeMember& user);
Result<void> may_leave(const Group& group, const MaybeMember& user);
Result<void> may_add(const Group& group, const MaybeMember& actor, std::uint32_t added);
Result<void> may_remove(const MaybeMember& actor, const MaybeMember& target);
Result<void> may_set_role(const MaybeMember& actor, const MaybeMember& target, Role role);
Result<void> may_mute(const MaybeMember& actor, const MaybeMember& target);
Result<void> may_transfer(const MaybeMember& actor, const MaybeMember& target);
Result<void> may_disband(const MaybeMember& actor);
Result<void> may_edit(const MaybeMember& actor);
// Own messages for `window`; a group's admins and owner any time.
struct RecallCase {
  UserId actor;
  MaybeMember actor_row;  // groups only
  UserId sender;
  WallTime sent_at;
  WallTime now;
  std::chrono::milliseconds window{120'000};
};
Result<void> may_recall(const RecallCase& recall);

}  // namespace gochat

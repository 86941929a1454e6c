// Changes of groups and of who is in them: rows, events and versions together.
#pragma once

#include "adapters/sqlite/batch.hpp"
#include "ports/conversation_log.hpp"

namespace gochat::sqlite {

// An Error within the answer is a refusal, of which nothing was written; the Result's own error is
// a statement that failed.
using ChangeAnswer = Result<LogAnswer>;

ChangeAnswer create_group(Batch& batch, const Change& change, const change::CreateGroup& create);

// A change of a group that exists.
class GroupChange {
 public:
  static ChangeAnswer apply(Batch& batch, const Change& change);

 private:
  GroupChange(Batch& batch, Working& working, Group group, WallTime at)
      : batch_{batch}, working_{working}, group_{std::move(group)}, at_{at} {}

  ChangeAnswer act(const change::Join& join);
  ChangeAnswer act(const change::Leave& leave);
  ChangeAnswer act(const change::AddMembers& add);
  ChangeAnswer act(const change::RemoveMember& remove);
  ChangeAnswer act(const change::SetRole& set);
  ChangeAnswer act(const change::Mute& mute);
  ChangeAnswer act(const change::Transfer& transfer);
  ChangeAnswer act(const change::Disband& disband);
  ChangeAnswer act(const change::EditGroup& edit);
  // The other changes are not of groups and never come here.
  template <class Other>
  ChangeAnswer act(const Other&);

  struct Happened {
    EventKind kind;
    UserId actor;
    std::int64_t subject = 0;
    std::int64_t argument = 0;
  };
  Result<void> happened(const Happened& event);
  Result<void> enter(UserId user, UserId actor, const MaybeMember& before);
  Result<void> leave(Membership row, EventKind kind, UserId actor);
  Result<void> save_group();
  LogAnswer answer();

  Batch& batch_;
  Working& working_;
  Group group_;
  WallTime at_;
  std::vector<ConversationEvent> events_;
};

// Writes the row whether there was one or not.
Result<void> save_member(Connection& db, GroupId group, const Membership& row);
// The refusal when the user is in as many groups as anybody may be.
Result<std::optional<Error>> room_for_group(Batch& batch, UserId user);

}  // namespace gochat::sqlite

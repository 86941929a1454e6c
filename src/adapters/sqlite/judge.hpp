// May this be written here, by the rows in force inside the transaction that writes it? The rules
// themselves are domain/membership.hpp's.
#pragma once

#include <optional>

#include "adapters/sqlite/batch.hpp"
#include "domain/membership.hpp"

namespace gochat::sqlite {

// The refusal, or none. A Result's error is a statement that failed.
using Judgement = Result<std::optional<Error>>;

// What logic found out about a draft before it came here.
struct Judged {
  MemberVersion by;
  bool doubt = false;
};
Judgement judge(Batch& batch, const Working& working, const Message& message, Judged judged);

Result<MaybeMember> find_member(Connection& db, GroupId group, UserId user);
Result<std::optional<Group>> find_group(Connection& db, GroupId group);
Result<bool> either_blocks(Connection& db, UserId a, UserId b);

// Whether the user takes part in the conversation, or did: those may mark what they saw as read.
struct Taking {
  bool part = false;
  MaybeMember row;  // of a group
};
Result<Taking> takes_part(Batch& batch, const Working& working, UserId user);

}  // namespace gochat::sqlite

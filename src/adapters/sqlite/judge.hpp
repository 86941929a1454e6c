// May this be written here, by the rows in force inside the transaction that writes it? The rules
// themselves are domain/membership.hpp's.
#pragma once

#include <optional>

#include "adapters/sqlite/batch.hpp"
#include "ports/conversation_log.hpp"

namespace gochat::sqlite {

// The refusal, or none. A Result's error is a statement that failed.
using Judgement = Result<std::optional<Error>>;

Judgement judge(Batch& batch, const Working& working, const MessageDraft& draft);

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

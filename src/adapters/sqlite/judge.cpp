#include "adapters/sqlite/judge.hpp"

#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"

namespace gochat::sqlite {
namespace {

const std::string select_member =
    select(member_columns, "FROM group_members m WHERE m.group_id = ? AND m.user_id = ?");
const std::string select_group = select(group_columns, "FROM \"groups\" g WHERE g.id = ?");

// Logic has let the sender in by a token, so a sender without a row cannot be told apart from one
// that another store keeps; disabled and erased people keep theirs.
Judgement judge_person(Batch& batch, UserId user) {
  auto status = query_number(batch.db(), "SELECT status FROM users WHERE id = ?",
                             static_cast<std::int64_t>(UserStatus::active), user);
  if (!status) return std::move(status).error();
  if (*status == static_cast<std::int64_t>(UserStatus::active)) return std::optional<Error>{};
  return std::optional{refused(ErrorCode::forbidden, "this account is disabled")};
}

Judgement judge_single(Batch& batch, const Conversation& head, UserId sender) {
  if (!head.is_pair_member(sender)) {
    return std::optional{refused(ErrorCode::not_a_member, "you are not in this conversation")};
  }
  auto blocked = either_blocks(batch.db(), head.user_lo, head.user_hi);
  if (!blocked) return std::move(blocked).error();
  if (!*blocked) return std::optional<Error>{};
  return std::optional{refused(ErrorCode::blocked, "one of you has blocked the other")};
}

Judgement judge_group(Batch& batch, const Conversation& head, const Message& message) {
  auto row = find_member(batch.db(), head.group, message.sender);
  if (!row) return std::move(row).error();
  auto verdict = may_send(*row, message.sent_at);
  if (verdict) return std::optional<Error>{};
  return std::optional{std::move(verdict).error()};
}

}  // namespace

Judgement judge(Batch& batch, const Working& working, const Message& message, Judged judged) {
  const Conversation& head = working.head;
  if (!judged.doubt && judged.by == head.member_version) return std::optional<Error>{};
  if (judged.doubt) {
    auto person = judge_person(batch, message.sender);
    if (!person || *person) return person;
  }
  switch (head.kind) {
    case ConversationKind::single:
      return judge_single(batch, head, message.sender);
    case ConversationKind::group:
      return judge_group(batch, head, message);
    case ConversationKind::world:
      return std::optional<Error>{};
  }
  return failed(ErrorCode::internal, "a conversation of unknown kind: " + head.id.text());
}

Result<MaybeMember> find_member(Connection& db, GroupId group, UserId user) {
  return query_one(
      db, select_member, [](const Statement& s) { return member_row(s); }, group, user);
}

Result<std::optional<Group>> find_group(Connection& db, GroupId group) {
  return query_one(db, select_group, [](const Statement& s) { return group_row(s); }, group);
}

Result<bool> either_blocks(Connection& db, UserId a, UserId b) {
  auto found = query_number(db,
                            "SELECT EXISTS (SELECT 1 FROM blocks WHERE user_id = ?1 AND "
                            "blocked_id = ?2) OR EXISTS (SELECT 1 FROM blocks WHERE user_id = ?2 "
                            "AND blocked_id = ?1)",
                            0, a, b);
  if (!found) return std::move(found).error();
  return *found != 0;
}

Result<Taking> takes_part(Batch& batch, const Working& working, UserId user) {
  const Conversation& head = working.head;
  switch (head.kind) {
    case ConversationKind::single:
      return Taking{head.is_pair_member(user), {}};
    case ConversationKind::world:
      return Taking{true, {}};
    case ConversationKind::group: {
      auto row = find_member(batch.db(), head.group, user);
      if (!row) return std::move(row).error();
      const bool part = row->has_value();
      return Taking{part, std::move(*row)};
    }
  }
  return failed(ErrorCode::internal, "a conversation of unknown kind: " + head.id.text());
}

}  // namespace gochat::sqlite

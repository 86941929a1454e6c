#include "adapters/sqlite/conversation_rows.hpp"

#include <algorithm>

#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

template <class Id>
std::optional<Id> given(Id id) {
  return id ? std::optional{id} : std::nullopt;
}

}  // namespace

Result<Working*> insert_conversation(Batch& batch, Conversation head) {
  head.member_version = MemberVersion{1};
  auto inserted = execute(batch.db(),
                          "INSERT INTO conversations (id, kind, user_lo, user_hi, group_id, "
                          "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                          head.id.text(), head.kind, given(head.user_lo), given(head.user_hi),
                          given(head.group), ms(head.created_at), ms(head.created_at));
  if (!inserted) return std::move(inserted).error();
  const ConversationKey key{batch.db().last_rowid()};
  return &batch.created({key, std::move(head)});
}

Result<std::optional<ConversationId>> find_pair(Connection& db, UserId a, UserId b) {
  return query_one(
      db, "SELECT id FROM conversations WHERE user_lo = ? AND user_hi = ?",
      [](const Statement& s) { return ConversationId{std::string{s.text(0)}}; }, std::min(a, b),
      std::max(a, b));
}

Result<void> ensure_world(Connection& db, WallTime now) {
  return execute(db,
                 "INSERT OR IGNORE INTO conversations (id, kind, created_at, updated_at) "
                 "VALUES (?1, ?2, ?3, ?3)",
                 world_id.text(), ConversationKind::world, ms(now));
}

}  // namespace gochat::sqlite

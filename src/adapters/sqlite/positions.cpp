#include "adapters/sqlite/positions.hpp"

#include <algorithm>

#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {

Result<PositionSettings> find_settings(Connection& db, const PositionKey& key) {
  auto found = query_one(
      db, "SELECT muted, pinned FROM read_positions WHERE user_id = ? AND conversation = ?",
      [](const Statement& s) { return PositionSettings{s.int64(0) != 0, s.int64(1) != 0}; },
      key.user, key.conversation);
  if (!found) return std::move(found).error();
  return found->value_or(PositionSettings{});
}

ReadPosition position_of(const Conversation& head, const MaybeMember& row, Mark mark,
                         PositionSettings settings) {
  ReadPosition position;
  position.read_seq = row ? std::max(mark.read, row->join_seq) : mark.read;
  if (head.kind == ConversationKind::world && !mark.read) position.read_seq = head.last_seq;
  position.ack_seq = mark.ack;
  position.muted = settings.muted;
  position.pinned = settings.pinned;
  return position;
}

}  // namespace gochat::sqlite

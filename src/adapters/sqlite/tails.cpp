#include "adapters/sqlite/tails.hpp"

#include <algorithm>

#include "adapters/sqlite/plain_write.hpp"
#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/tail_blob.hpp"

namespace gochat::sqlite {
namespace {

struct Row {
  ConnectionId connection;
  SessionTail tail;
  bool good = false;
};

Result<void> save_rows(Batch& batch, const std::vector<SessionTail>& tails, WallTime at) {
  for (const SessionTail& tail : tails) {
    const std::string entries = encode_tail(tail);
    auto saved =
        execute(batch.db(), "INSERT OR REPLACE INTO session_tails VALUES (?, ?, ?, ?)",
                tail.session, tail.connection, Blob{std::as_bytes(std::span{entries})}, ms(at));
    if (!saved) return saved;
  }
  return {};
}

Result<std::optional<SessionTail>> inherit_row(Batch& batch, const Inheritance& wanted) {
  auto rows = query_all(
      batch.db(),
      "SELECT connection_id, entries FROM session_tails WHERE sid = ? AND saved_at >= ? "
      "ORDER BY connection_id DESC",
      [](const Statement& s) {
        Row row;
        row.connection = ConnectionId{s.int64(0)};
        row.good = decode_tail(s.blob(1), row.tail).ok();
        return row;
      },
      wanted.session, ms(wanted.not_before));
  if (!rows) return std::move(rows).error();
  const auto last = std::ranges::find_if(*rows, [&](const Row& row) {
    return row.good && std::ranges::find(wanted.open, row.connection) == wanted.open.end();
  });
  if (last == rows->end()) return std::optional<SessionTail>{};
  auto moved = execute(batch.db(),
                       "UPDATE OR REPLACE session_tails SET connection_id = ? WHERE sid = ? AND "
                       "connection_id = ?",
                       wanted.heir, wanted.session, last->connection);
  if (!moved) return std::move(moved).error();
  last->tail.session = wanted.session;
  last->tail.connection = wanted.heir;
  return std::optional{std::move(last->tail)};
}

}  // namespace

Task<Result<void>> SqliteTailStore::save(std::vector<SessionTail> tails, WallTime at) {
  co_return co_await write<void>(
      queue_, [tails = std::move(tails), at](Batch& batch) { return save_rows(batch, tails, at); });
}

Task<Result<std::optional<SessionTail>>> SqliteTailStore::inherit(Inheritance inheritance) {
  co_return co_await write<std::optional<SessionTail>>(
      queue_, [inheritance = std::move(inheritance)](Batch& batch) {
        return inherit_row(batch, inheritance);
      });
}

Task<Result<void>> SqliteTailStore::forget(SessionId session, ConnectionId connection) {
  co_return co_await write<void>(queue_, [session, connection](Batch& batch) {
    return execute(batch.db(), "DELETE FROM session_tails WHERE sid = ? AND connection_id = ?",
                   session, connection);
  });
}

Task<Result<std::size_t>> SqliteTailStore::delete_expired(WallTime before, std::size_t limit) {
  co_return co_await write<std::size_t>(
      queue_, [before, limit](Batch& batch) -> Result<std::size_t> {
        auto deleted = execute(batch.db(),
                               "DELETE FROM session_tails WHERE (sid, connection_id) IN (SELECT "
                               "sid, connection_id FROM session_tails WHERE saved_at < ? ORDER BY "
                               "saved_at LIMIT ?)",
                               ms(before), limit);
        if (!deleted) return std::move(deleted).error();
        return static_cast<std::size_t>(batch.db().changes());
      });
}

}  // namespace gochat::sqlite

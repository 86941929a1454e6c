#include "adapters/mysql/answer_keys.hpp"

#include "adapters/mysql/transaction.hpp"
#include "base/assert.hpp"

namespace gochat::mysql {
namespace {

// A request that has run longer died with its process: the next one with its key is the first.
constexpr std::chrono::milliseconds running_max{60'000};

using Answer = std::optional<std::string>;

Params place(const IdempotencyKey& key) { return {key.user, Bytes{key.route}, Bytes{key.key}}; }

Params place_and_body(Params before, const IdempotencyKey& key) {
  for (const Param& one : place(key)) before.push_back(one);
  before.push_back(key.body_hash);
  return before;
}

// A row that is there stays as it is, counts as unaffected, and is locked: of two that ask at once,
// one waits here for the other.
constexpr Sql insert_row =
    "INSERT INTO idempotency_keys (user_id, route, `key`, body_hash, begun_at) VALUES (?, ?, ?, ?, "
    "?) ON DUPLICATE KEY UPDATE user_id = user_id";

Params fresh_row(const IdempotencyKey& key, WallTime at) {
  return {key.user, Bytes{key.route}, Bytes{key.key}, key.body_hash, at};
}

// Somebody was there before, or is gone by now.
Task<Result<Answer>> begin_row(Connection* db, const IdempotencyKey* key, WallTime at,
                               Deadline deadline) {
  auto first = co_await db->run(insert_row, fresh_row(*key, at), deadline);
  if (!first) co_return std::move(first).error();
  if (first->affected() == 1) co_return Answer{};
  auto rows = co_await db->run(
      "SELECT body_hash, answer, begun_at FROM idempotency_keys WHERE user_id = ? AND route = ? "
      "AND `key` = ?",
      place(*key), deadline);
  if (!rows) co_return std::move(rows).error();
  GOCHAT_ASSERT(rows->size() == 1);  // locked by the insert that met it
  const Row row = (*rows)[0];
  if (row.uint64(0) != key->body_hash) {
    co_return refused(ErrorCode::idempotency_conflict, "this key was used for another request");
  }
  if (!row.is_null(1)) co_return Answer{std::string{row.text(1)}};
  if (at - row.time(2) <= running_max) {
    co_return refused(ErrorCode::in_progress, "the first request with this key is running");
  }
  auto taken = co_await db->run(
      "UPDATE idempotency_keys SET begun_at = ? WHERE user_id = ? AND route = ? AND `key` = ? "
      "AND body_hash = ?",
      place_and_body({at}, *key), deadline);
  if (!taken) co_return std::move(taken).error();
  co_return Answer{};
}

}  // namespace

Task<Result<Answer>> MysqlIdempotencyStore::begin(IdempotencyKey key, WallTime at) {
  const Deadline deadline = pool_.soon();
  auto first = co_await pool_.write(insert_row, fresh_row(key, at), deadline);
  if (!first) co_return std::move(first).error();
  if (first->affected() == 1) co_return Answer{};
  co_return co_await in_transaction(pool_, deadline, [&key, at, deadline](Connection& db) {
    return begin_row(&db, &key, at, deadline);
  });
}

Task<Result<void>> MysqlIdempotencyStore::finish(IdempotencyKey key, std::string answer) {
  auto finished = co_await pool_.write(
      "UPDATE idempotency_keys SET answer = ? WHERE user_id = ? AND route = ? AND `key` = ? AND "
      "body_hash = ?",
      place_and_body({answer}, key), pool_.soon());
  if (!finished) co_return std::move(finished).error();
  co_return Unit{};
}

// Only a request that has no answer yet is forgotten.
Task<Result<void>> MysqlIdempotencyStore::forget(IdempotencyKey key) {
  auto forgotten = co_await pool_.write(
      "DELETE FROM idempotency_keys WHERE user_id = ? AND route = ? AND `key` = ? AND body_hash "
      "= ? AND answer IS NULL",
      place_and_body({}, key), pool_.soon());
  if (!forgotten) co_return std::move(forgotten).error();
  co_return Unit{};
}

Task<Result<std::size_t>> MysqlIdempotencyStore::delete_expired(WallTime before,
                                                                std::size_t limit) {
  auto deleted = co_await pool_.write(
      "DELETE FROM idempotency_keys WHERE begun_at < ? ORDER BY begun_at LIMIT ?", {before, limit},
      pool_.soon());
  if (!deleted) co_return std::move(deleted).error();
  co_return static_cast<std::size_t>(deleted->affected());
}

}  // namespace gochat::mysql

#include "adapters/sqlite/answer_keys.hpp"

#include "adapters/sqlite/plain_write.hpp"
#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

// A request that has run longer died with its process: the next one with its key is the first.
constexpr std::chrono::milliseconds running_max{60'000};

using Answer = std::optional<std::string>;

struct KeyRow {
  std::uint64_t body_hash;
  Answer answer;
  WallTime begun_at;
};

Result<Answer> begin_row(Batch& batch, const IdempotencyKey& key, WallTime at) {
  auto row = query_one(
      batch.db(),
      "SELECT body_hash, answer, begun_at FROM idempotency_keys WHERE user_id = ? AND route = ? "
      "AND key = ?",
      [](const Statement& s) {
        return KeyRow{s.uint64(0), s.is_null(1) ? Answer{} : Answer{std::string{s.text(1)}},
                      wall_time(s.int64(2))};
      },
      key.user, key.route, key.key);
  if (!row) return std::move(row).error();
  if (*row) {
    if ((*row)->body_hash != key.body_hash) {
      return refused(ErrorCode::idempotency_conflict, "this key was used for another request");
    }
    if ((*row)->answer) return std::move((*row)->answer);
    if (at - (*row)->begun_at <= running_max) {
      return refused(ErrorCode::in_progress, "the first request with this key is running");
    }
  }
  auto begun =
      execute(batch.db(), "INSERT OR REPLACE INTO idempotency_keys VALUES (?, ?, ?, ?, NULL, ?)",
              key.user, key.route, key.key, key.body_hash, ms(at));
  if (!begun) return std::move(begun).error();
  return Answer{};
}

}  // namespace

Task<Result<std::optional<std::string>>> SqliteIdempotencyStore::begin(IdempotencyKey key,
                                                                       WallTime at) {
  co_return co_await write<Answer>(
      queue_, [key = std::move(key), at](Batch& batch) { return begin_row(batch, key, at); });
}

Task<Result<void>> SqliteIdempotencyStore::finish(IdempotencyKey key, std::string answer) {
  co_return co_await write<void>(
      queue_, [key = std::move(key), answer = std::move(answer)](Batch& batch) {
        return execute(batch.db(),
                       "UPDATE idempotency_keys SET answer = ? WHERE user_id = ? AND route = ? AND "
                       "key = ? AND body_hash = ?",
                       answer, key.user, key.route, key.key, key.body_hash);
      });
}

// Only a request that has no answer yet is forgotten.
Task<Result<void>> SqliteIdempotencyStore::forget(IdempotencyKey key) {
  co_return co_await write<void>(queue_, [key = std::move(key)](Batch& batch) {
    return execute(batch.db(),
                   "DELETE FROM idempotency_keys WHERE user_id = ? AND route = ? AND key = ? AND "
                   "body_hash = ? AND answer IS NULL",
                   key.user, key.route, key.key, key.body_hash);
  });
}

Task<Result<std::size_t>> SqliteIdempotencyStore::delete_expired(WallTime before,
                                                                 std::size_t limit) {
  co_return co_await write<std::size_t>(
      queue_, [before, limit](Batch& batch) -> Result<std::size_t> {
        auto deleted = execute(batch.db(),
                               "DELETE FROM idempotency_keys WHERE (user_id, route, key) IN "
                               "(SELECT user_id, route, key FROM idempotency_keys WHERE begun_at < "
                               "? ORDER BY begun_at LIMIT ?)",
                               ms(before), limit);
        if (!deleted) return std::move(deleted).error();
        return static_cast<std::size_t>(batch.db().changes());
      });
}

}  // namespace gochat::sqlite

#include "adapters/sqlite/relations.hpp"

#include "adapters/sqlite/conversation_rows.hpp"
#include "adapters/sqlite/judge.hpp"
#include "adapters/sqlite/plain_write.hpp"
#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

Result<void> insert_friendship(Batch& batch, UserId a, UserId b, WallTime at) {
  constexpr std::string_view insert = "INSERT OR IGNORE INTO friendships VALUES (?, ?, ?)";
  if (auto done = execute(batch.db(), insert, a, b, ms(at)); !done) return done;
  if (batch.db().changes() == 0) return refused(ErrorCode::conflict, "you are friends already");
  return execute(batch.db(), insert, b, a, ms(at));
}

Result<bool> delete_friendship(Batch& batch, UserId a, UserId b) {
  auto deleted = execute(batch.db(),
                         "DELETE FROM friendships WHERE (user_id = ?1 AND friend_id = ?2) OR "
                         "(user_id = ?2 AND friend_id = ?1)",
                         a, b);
  if (!deleted) return std::move(deleted).error();
  return batch.db().changes() != 0;
}

// The version moves with the row, so that a message that was judged before is judged again.
Result<void> write_block(Batch& batch, UserId by, UserId user, std::optional<WallTime> since) {
  auto written = since
                     ? execute(batch.db(), "INSERT OR IGNORE INTO blocks VALUES (?, ?, ?)", by,
                               user, ms(*since))
                     : execute(batch.db(),
                               "DELETE FROM blocks WHERE user_id = ? AND blocked_id = ?", by, user);
  if (!written || batch.db().changes() == 0) return written;
  auto id = find_pair(batch.db(), by, user);
  if (!id) return std::move(id).error();
  if (!*id) return {};
  auto working = batch.conversation(**id);
  if (!working) return std::move(working).error();
  batch.bump_members(**working);
  return {};
}

Result<std::vector<UserId>> read_users(Connection& db, std::string_view sql, UserId user) {
  return query_all(db, sql, [](const Statement& s) { return UserId{s.int64(0)}; }, user);
}

}  // namespace

Task<Result<void>> SqliteRelationStore::add_friendship(UserId a, UserId b, WallTime at) {
  co_return co_await write<void>(
      queue_, [a, b, at](Batch& batch) { return insert_friendship(batch, a, b, at); });
}

Task<Result<bool>> SqliteRelationStore::remove_friendship(UserId a, UserId b) {
  co_return co_await write<bool>(queue_,
                                 [a, b](Batch& batch) { return delete_friendship(batch, a, b); });
}

Task<Result<std::vector<UserId>>> SqliteRelationStore::friends(UserId user) {
  co_return co_await readers_.read([user](Connection& db) {
    return read_users(db, "SELECT friend_id FROM friendships WHERE user_id = ? ORDER BY friend_id",
                      user);
  });
}

Task<Result<void>> SqliteRelationStore::set_block(UserId by, UserId user, bool on, WallTime at) {
  const auto since = on ? std::optional{at} : std::nullopt;
  co_return co_await write<void>(
      queue_, [by, user, since](Batch& batch) { return write_block(batch, by, user, since); });
}

Task<Result<std::vector<UserId>>> SqliteRelationStore::blocks(UserId by) {
  co_return co_await readers_.read([by](Connection& db) {
    return read_users(db, "SELECT blocked_id FROM blocks WHERE user_id = ? ORDER BY blocked_id",
                      by);
  });
}

Task<Result<bool>> SqliteRelationStore::blocked_between(UserId a, UserId b) {
  co_return co_await readers_.read([a, b](Connection& db) { return either_blocks(db, a, b); });
}

}  // namespace gochat::sqlite

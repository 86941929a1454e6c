#include "adapters/mysql/relations.hpp"

#include <algorithm>

#include "adapters/mysql/transaction.hpp"

namespace gochat::mysql {
namespace {

struct Block {
  UserId by;
  UserId user;
  WallTime at;
  bool on = true;
};

Task<Result<Rows>> write_row(Connection* db, Block block, Deadline deadline) {
  if (!block.on) {
    co_return co_await db->run("DELETE FROM blocks WHERE user_id = ? AND blocked_id = ?",
                               {block.by, block.user}, deadline);
  }
  // A row that is there stays as it is, and counts as unaffected.
  co_return co_await db->run(
      "INSERT INTO blocks (user_id, blocked_id, created_at) VALUES (?, ?, ?) ON DUPLICATE KEY "
      "UPDATE user_id = user_id",
      {block.by, block.user, block.at}, deadline);
}

Task<Result<Rows>> lock_conversation(Connection* db, Block block, Deadline deadline) {
  const auto [lo, hi] = std::minmax(block.by, block.user);
  co_return co_await db->run(
      "SELECT id FROM conversations WHERE user_lo = ? AND user_hi = ? FOR UPDATE", {lo, hi},
      deadline);
}

// The conversation is locked first, as by whoever writes into it: a message is judged before the
// block and its version, or behind both. What does not exist cannot be locked, so it is looked for
// again once the block is written; whoever opens it looks for blocks once it is written: one of the
// two sees the other.
Task<Result<void>> write_block(Connection* db, Block block, Deadline deadline) {
  auto locked = co_await lock_conversation(db, block, deadline);
  if (!locked) co_return std::move(locked).error();
  auto written = co_await write_row(db, block, deadline);
  if (!written) co_return std::move(written).error();
  if (written->affected() == 0) co_return Unit{};
  if (locked->empty()) locked = co_await lock_conversation(db, block, deadline);
  if (!locked) co_return std::move(locked).error();
  if (locked->empty()) co_return Unit{};
  auto raised = co_await db->run(
      "UPDATE conversations SET member_version = member_version + 1, updated_at = ? WHERE id = ?",
      {block.at, Bytes{(*locked)[0].text(0)}}, deadline);
  if (!raised) co_return std::move(raised).error();
  co_return Unit{};
}

}  // namespace

// The smaller id first, so that two who befriend each other at once meet at the same row.
Task<Result<void>> MysqlRelationStore::add_friendship(UserId a, UserId b, WallTime at) {
  const auto [lo, hi] = std::minmax(a, b);
  auto added = co_await pool_.write(
      "INSERT INTO friendships (user_id, friend_id, created_at) VALUES (?, ?, ?), (?, ?, ?)",
      {lo, hi, at, hi, lo, at}, pool_.soon());
  if (added.code() == ErrorCode::conflict) {
    co_return refused(ErrorCode::conflict, "you are friends already");
  }
  if (!added) co_return std::move(added).error();
  co_return Unit{};
}

Task<Result<bool>> MysqlRelationStore::remove_friendship(UserId a, UserId b) {
  auto removed =
      co_await pool_.write("DELETE FROM friendships WHERE (user_id, friend_id) IN ((?, ?), (?, ?))",
                           {a, b, b, a}, pool_.soon());
  if (!removed) co_return std::move(removed).error();
  co_return removed->affected() != 0;
}

Task<Result<std::vector<UserId>>> MysqlRelationStore::read_users(Sql sql, UserId user) {
  auto rows = co_await pool_.read(sql, {user}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  std::vector<UserId> users;
  users.reserve(rows->size());
  for (const Row row : *rows) users.push_back(row.id<UserId>(0));
  co_return users;
}

Task<Result<std::vector<UserId>>> MysqlRelationStore::friends(UserId user) {
  co_return co_await read_users(
      "SELECT friend_id FROM friendships WHERE user_id = ? ORDER BY friend_id", user);
}

Task<Result<void>> MysqlRelationStore::set_block(UserId by, UserId user, bool on, WallTime at) {
  const Block block{by, user, at, on};
  const Deadline deadline = pool_.soon();
  co_return co_await in_transaction(
      pool_, deadline, [=](Connection& db) { return write_block(&db, block, deadline); });
}

Task<Result<std::vector<UserId>>> MysqlRelationStore::blocks(UserId by) {
  co_return co_await read_users(
      "SELECT blocked_id FROM blocks WHERE user_id = ? ORDER BY blocked_id", by);
}

Task<Result<bool>> MysqlRelationStore::blocked_between(UserId a, UserId b) {
  auto found = co_await pool_.read(
      "SELECT COUNT(*) FROM blocks WHERE (user_id, blocked_id) IN ((?, ?), (?, ?))", {a, b, b, a},
      pool_.soon());
  if (!found) co_return std::move(found).error();
  co_return (*found)[0].flag(0);
}

}  // namespace gochat::mysql

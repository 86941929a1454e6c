#include "adapters/mysql/sessions.hpp"

#include "adapters/mysql/records.hpp"
#include "adapters/mysql/transaction.hpp"

namespace gochat::mysql {
namespace {

const std::string select_session = select(session_columns, "FROM sessions s WHERE s.id = ?");
const std::string select_of_user = select(
    session_columns, "FROM sessions s WHERE s.user_id = ? AND s.revoked_no IS NULL ORDER BY s.id");

// One statement: the row of the person is locked while it is read, so that a change of the password
// or the status comes before it and is seen, or after it and finds the session to revoke.
constexpr Sql insert_session =
    "INSERT INTO sessions (id, user_id, device, gen, gen_used, rotated_at, created_at, "
    "last_seen_at, expires_at) SELECT ?, u.id, ?, ?, ?, ?, ?, ?, ? FROM users u WHERE u.id = ? AND "
    "u.password_version = ? AND u.status = ? FOR UPDATE";
constexpr Sql raise_generation =
    "UPDATE sessions SET gen = gen + 1, gen_used = 0, rotated_at = ?, last_seen_at = ? WHERE id = "
    "? AND gen = ? AND revoked_no IS NULL";
// A token of an earlier generation says nothing of the present one.
constexpr Sql mark_row_used =
    "UPDATE sessions SET gen_used = gen_used OR gen = ?, last_seen_at = GREATEST(last_seen_at, ?) "
    "WHERE id = ?";

Error no_session() { return refused(ErrorCode::not_found, "this session does not exist"); }
Error outrun() {
  return refused(ErrorCode::conflict, "this session was renewed or revoked meanwhile");
}

std::vector<SessionId> ids_of(const Rows& rows) {
  std::vector<SessionId> ids;
  ids.reserve(rows.size());
  for (const Row row : rows) ids.push_back(row.id<SessionId>(0));
  return ids;
}

// Whatever locks names its index: in a small table the server would rather lock all rows on its way
// to these. The row of the person first, as a sign-in does: so no session is made while these are
// revoked. The counter last: whoever has a number holds its row until the commit, so numbers follow
// the order of commits.
Task<Result<std::size_t>> revoke_rows(Connection* db, RevokeQuery query, WallTime at,
                                      Deadline deadline) {
  auto locked = co_await db->run(
      "SELECT s.id FROM users u STRAIGHT_JOIN sessions s FORCE INDEX (sessions_user) ON s.user_id "
      "= u.id WHERE u.id = ? AND s.revoked_no IS NULL AND (? IS NULL OR s.id = ?) AND (? IS NULL "
      "OR s.id <> ?) ORDER BY s.id FOR UPDATE",
      {query.user, query.only, query.only, query.except, query.except}, deadline);
  if (!locked) co_return std::move(locked).error();
  const std::vector<SessionId> ids = ids_of(*locked);
  if (ids.empty()) co_return std::size_t{0};
  auto counted =
      co_await db->run("UPDATE meta SET revoked_counter = LAST_INSERT_ID(revoked_counter + ?)",
                       {ids.size()}, deadline);
  if (!counted) co_return std::move(counted).error();
  const std::uint64_t before_first = counted->inserted_id() - ids.size();
  const std::string list = id_list(ids);
  auto revoked = co_await db->run(
      "UPDATE (SELECT given.id, ROW_NUMBER() OVER (ORDER BY given.id) AS n FROM JSON_TABLE(?, "
      "'$[*]' COLUMNS (id BIGINT PATH '$')) given) r STRAIGHT_JOIN sessions s FORCE INDEX "
      "(PRIMARY) "
      "ON s.id = r.id SET s.revoked_at = ?, s.revoke_code = ?, s.revoked_no = ? + r.n",
      {list, at, query.close_code, before_first}, deadline);
  if (!revoked) co_return std::move(revoked).error();
  co_return ids.size();
}

Task<Result<std::size_t>> delete_rows(Connection* db, WallTime before, std::size_t limit,
                                      Deadline deadline) {
  auto locked = co_await db->run(
      "SELECT id FROM sessions FORCE INDEX (sessions_expiry) WHERE expires_at < ? ORDER BY "
      "expires_at LIMIT ? FOR UPDATE",
      {before, limit}, deadline);
  if (!locked) co_return std::move(locked).error();
  const std::vector<SessionId> ids = ids_of(*locked);
  if (ids.empty()) co_return std::size_t{0};
  const std::string list = id_list(ids);
  static const std::string delete_positions =
      "DELETE p FROM " + std::string{given_ids} +
      " STRAIGHT_JOIN session_positions p FORCE INDEX (PRIMARY) ON p.sid = given.id";
  static const std::string delete_sessions =
      "DELETE s FROM " + std::string{given_ids} +
      " STRAIGHT_JOIN sessions s FORCE INDEX (PRIMARY) ON s.id = given.id";
  for (const std::string* sql : {&delete_positions, &delete_sessions}) {
    auto deleted = co_await db->run(Sql::lasting(*sql), {list}, deadline);
    if (!deleted) co_return std::move(deleted).error();
  }
  co_return ids.size();
}

}  // namespace

Task<Result<void>> MysqlSessionStore::create(Session session, std::uint32_t password_version) {
  const Params params{session.id,           session.device,     session.gen,
                      session.gen_used,     session.rotated_at, session.created_at,
                      session.last_seen_at, session.expires_at, session.user,
                      password_version,     UserStatus::active};
  auto inserted = co_await pool_.write(insert_session, params, pool_.soon());
  if (inserted.code() == ErrorCode::conflict) {
    co_return refused(ErrorCode::conflict, "this session exists already");
  }
  if (!inserted) co_return std::move(inserted).error();
  if (inserted->affected() == 0) {
    co_return refused(ErrorCode::unauthorized, "the account changed while you signed in");
  }
  co_return Unit{};
}

Task<Result<Session>> MysqlSessionStore::find(SessionId id) {
  auto rows = co_await pool_.read(Sql::lasting(select_session), {id}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return no_session();
  co_return session_record((*rows)[0]);
}

Task<Result<std::vector<Session>>> MysqlSessionStore::list(UserId user) {
  auto rows = co_await pool_.read(Sql::lasting(select_of_user), {user}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  std::vector<Session> sessions;
  for (const Row row : *rows) sessions.push_back(session_record(row));
  co_return sessions;
}

// What was read is what is rotated: the update finds only this generation.
Task<Result<Session>> MysqlSessionStore::rotate(SessionId id, std::uint32_t gen, WallTime at) {
  auto session = co_await find(id);
  if (!session) co_return session;
  if (session->revoked || session->gen != gen) co_return outrun();
  auto raised = co_await pool_.write(raise_generation, {at, at, id, gen}, pool_.soon());
  if (!raised) co_return std::move(raised).error();
  if (raised->affected() == 0) co_return outrun();
  session->gen = gen + 1;
  session->gen_used = false;
  session->rotated_at = session->last_seen_at = at;
  co_return session;
}

Task<Result<void>> MysqlSessionStore::mark_used(SessionId id, std::uint32_t gen, WallTime at) {
  auto marked = co_await pool_.write(mark_row_used, {gen, at, id}, pool_.soon());
  if (!marked) co_return std::move(marked).error();
  if (marked->affected() != 0) co_return Unit{};
  auto known = co_await find(id);
  if (!known) co_return std::move(known).error();
  co_return Unit{};
}

Task<Result<std::size_t>> MysqlSessionStore::revoke(RevokeQuery query, WallTime at) {
  const Deadline deadline = pool_.soon();
  co_return co_await in_transaction(
      pool_, deadline, [=](Connection& db) { return revoke_rows(&db, query, at, deadline); });
}

Task<Result<RevokedPage>> MysqlSessionStore::revoked_since(std::uint64_t cursor,
                                                           std::size_t limit) {
  auto rows = co_await pool_.read(
      "SELECT id, revoke_code, revoked_no FROM sessions WHERE revoked_no > ? ORDER BY revoked_no "
      "LIMIT ?",
      {cursor, limit}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  RevokedPage page;
  page.cursor = cursor;
  for (const Row row : *rows) {
    page.sessions.push_back({row.id<SessionId>(0), static_cast<std::uint16_t>(row.uint64(1))});
    page.cursor = row.uint64(2);
  }
  co_return page;
}

Task<Result<std::size_t>> MysqlSessionStore::delete_expired(WallTime before, std::size_t limit) {
  const Deadline deadline = pool_.soon();
  co_return co_await in_transaction(
      pool_, deadline, [=](Connection& db) { return delete_rows(&db, before, limit, deadline); });
}

}  // namespace gochat::mysql

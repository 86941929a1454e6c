#include "adapters/sqlite/sessions.hpp"

#include "adapters/sqlite/plain_write.hpp"
#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"

namespace gochat::sqlite {
namespace {

const std::string select_session = select(session_columns, "FROM sessions WHERE id = ?");
const std::string select_of_user =
    select(session_columns, "FROM sessions WHERE user_id = ? AND revoked_no IS NULL ORDER BY id");

Error no_session() { return refused(ErrorCode::not_found, "this session does not exist"); }

Result<Session> find_session(Connection& db, SessionId id) {
  auto session =
      query_one(db, select_session, [](const Statement& s) { return session_row(s); }, id);
  if (!session) return std::move(session).error();
  if (!*session) return no_session();
  return std::move(**session);
}

Result<void> insert(Batch& batch, const Session& session, std::uint32_t password_version) {
  auto is_good = query_number(
      batch.db(), "SELECT count(*) FROM users WHERE id = ? AND password_version = ? AND status = ?",
      0, session.user, password_version, UserStatus::active);
  if (!is_good) return std::move(is_good).error();
  if (*is_good == 0) {
    return refused(ErrorCode::unauthorized, "the account changed while you signed in");
  }
  auto known = find_session(batch.db(), session.id);
  if (known) return refused(ErrorCode::conflict, "this session exists already");
  if (is_failure(known.error())) return std::move(known).error();
  return execute(batch.db(),
                 "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, 0)",
                 session.id, session.user, session.device, session.gen, session.gen_used,
                 ms(session.rotated_at), ms(session.created_at), ms(session.last_seen_at),
                 ms(session.expires_at));
}

Result<Session> rotate_row(Batch& batch, SessionId id, std::uint32_t gen, WallTime at) {
  auto session = find_session(batch.db(), id);
  if (!session) return session;
  if (session->revoked || session->gen != gen) {
    return refused(ErrorCode::conflict, "this session was renewed or revoked meanwhile");
  }
  session->gen = gen + 1;
  session->gen_used = false;
  session->rotated_at = session->last_seen_at = at;
  auto saved = execute(batch.db(),
                       "UPDATE sessions SET gen = ?1, gen_used = 0, rotated_at = ?2, "
                       "last_seen_at = ?2 WHERE id = ?3",
                       session->gen, ms(at), id);
  if (!saved) return std::move(saved).error();
  return session;
}

Result<void> mark_row_used(Batch& batch, SessionId id, std::uint32_t gen, WallTime at) {
  auto session = find_session(batch.db(), id);
  if (!session) return std::move(session).error();
  // A token of an earlier generation says nothing of the present one.
  return execute(batch.db(),
                 "UPDATE sessions SET last_seen_at = max(last_seen_at, ?1), gen_used = gen_used OR "
                 "gen = ?2 WHERE id = ?3",
                 ms(at), gen, id);
}

// The counter rises within the transaction that revokes, so numbers follow the order of commits.
Result<std::size_t> revoke_rows(Batch& batch, const RevokeQuery& query, WallTime at) {
  Connection& db = batch.db();
  auto ids = query_all(
      db,
      "SELECT id FROM sessions WHERE user_id = ? AND revoked_no IS NULL AND (id = ?2 OR ?2 IS "
      "NULL) AND (id <> ?3 OR ?3 IS NULL) ORDER BY id",
      [](const Statement& s) { return SessionId{s.int64(0)}; }, query.user, query.only,
      query.except);
  if (!ids) return std::move(ids).error();
  for (const SessionId id : *ids) {
    auto counted = execute(db, "UPDATE meta SET revoked_counter = revoked_counter + 1");
    if (!counted) return std::move(counted).error();
    auto revoked = execute(db,
                           "UPDATE sessions SET revoked_at = ?, revoke_code = ?, revoked_no = "
                           "(SELECT revoked_counter FROM meta) WHERE id = ?",
                           ms(at), query.close_code, id);
    if (!revoked) return std::move(revoked).error();
  }
  return ids->size();
}

Result<RevokedPage> read_revoked(Connection& db, std::uint64_t cursor, std::size_t limit) {
  RevokedPage page;
  page.cursor = cursor;
  auto rows = query_all(
      db,
      "SELECT id, revoke_code, revoked_no FROM sessions WHERE revoked_no > ? ORDER BY revoked_no "
      "LIMIT ?",
      [&page](const Statement& s) {
        page.cursor = s.uint64(2);
        return RevokedSession{SessionId{s.int64(0)}, static_cast<std::uint16_t>(s.int64(1))};
      },
      cursor, limit);
  if (!rows) return std::move(rows).error();
  page.sessions = std::move(*rows);
  return page;
}

Result<std::size_t> delete_rows(Batch& batch, WallTime before, std::size_t limit) {
  Connection& db = batch.db();
  auto ids = query_all(
      db, "SELECT id FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT ?",
      [](const Statement& s) { return SessionId{s.int64(0)}; }, ms(before), limit);
  if (!ids) return std::move(ids).error();
  for (const SessionId id : *ids) {
    for (const std::string_view sql :
         {"DELETE FROM sessions WHERE id = ?", "DELETE FROM session_positions WHERE sid = ?",
          "DELETE FROM session_tails WHERE sid = ?"}) {
      if (auto deleted = execute(db, sql, id); !deleted) return std::move(deleted).error();
    }
  }
  return ids->size();
}

}  // namespace

Task<Result<void>> SqliteSessionStore::create(Session session, std::uint32_t password_version) {
  co_return co_await write<void>(queue_,
                                 [session = std::move(session), password_version](Batch& batch) {
                                   return insert(batch, session, password_version);
                                 });
}

Task<Result<Session>> SqliteSessionStore::find(SessionId id) {
  co_return co_await readers_.read([id](Connection& db) { return find_session(db, id); });
}

Task<Result<std::vector<Session>>> SqliteSessionStore::list(UserId user) {
  co_return co_await readers_.read([user](Connection& db) {
    return query_all(db, select_of_user, [](const Statement& s) { return session_row(s); }, user);
  });
}

Task<Result<Session>> SqliteSessionStore::rotate(SessionId id, std::uint32_t gen, WallTime at) {
  co_return co_await write<Session>(
      queue_, [id, gen, at](Batch& batch) { return rotate_row(batch, id, gen, at); });
}

Task<Result<void>> SqliteSessionStore::mark_used(SessionId id, std::uint32_t gen, WallTime at) {
  co_return co_await write<void>(
      queue_, [id, gen, at](Batch& batch) { return mark_row_used(batch, id, gen, at); });
}

Task<Result<std::size_t>> SqliteSessionStore::revoke(RevokeQuery query, WallTime at) {
  co_return co_await write<std::size_t>(
      queue_, [query, at](Batch& batch) { return revoke_rows(batch, query, at); });
}

Task<Result<RevokedPage>> SqliteSessionStore::revoked_since(std::uint64_t cursor,
                                                            std::size_t limit) {
  co_return co_await readers_.read(
      [cursor, limit](Connection& db) { return read_revoked(db, cursor, limit); });
}

Task<Result<std::size_t>> SqliteSessionStore::delete_expired(WallTime before, std::size_t limit) {
  co_return co_await write<std::size_t>(
      queue_, [before, limit](Batch& batch) { return delete_rows(batch, before, limit); });
}

}  // namespace gochat::sqlite

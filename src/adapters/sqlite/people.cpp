#include "adapters/sqlite/people.hpp"

#include "adapters/sqlite/plain_write.hpp"
#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"

namespace gochat::sqlite {
namespace {

const std::string select_user = select(user_columns, "FROM users WHERE id = ?");
const std::string select_by_key = select(user_columns, "FROM users WHERE username_key = ?");
// Two ranges of two indexes; the last text of a range is the prefix with the highest code point
// behind it.
const std::string select_by_prefix = select(
    user_columns,
    "FROM users WHERE id IN (SELECT id FROM users WHERE username_key >= ? AND username_key < ? "
    "UNION SELECT id FROM users WHERE nickname >= ? COLLATE NOCASE AND nickname < ? COLLATE "
    "NOCASE) AND id > ? ORDER BY id LIMIT ?");
const std::string select_all = select(user_columns, "FROM users WHERE id > ? ORDER BY id LIMIT ?");
constexpr std::string_view highest_code_point = "\xF4\x8F\xBF\xBF";

Error no_user() { return refused(ErrorCode::not_found, "this person does not exist"); }

std::optional<std::string_view> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>{text};
}

Result<bool> is_taken(Connection& db, std::string_view sql, std::string_view value, UserId by) {
  auto id = query_number(db, sql, 0, value);
  if (!id) return std::move(id).error();
  return *id != 0 && *id != by.number();
}

Result<void> expect_free_email(Connection& db, const std::string& email, UserId user) {
  if (email.empty()) return {};
  auto taken = is_taken(db, "SELECT id FROM users WHERE email = ?", email, user);
  if (!taken) return std::move(taken).error();
  return *taken ? Result<void>{refused(ErrorCode::conflict, "email")} : Result<void>{};
}

Result<void> insert(Batch& batch, const NewUser& wanted) {
  Connection& db = batch.db();
  auto taken =
      is_taken(db, "SELECT id FROM users WHERE username_key = ?", wanted.username_key, UserId{});
  if (!taken) return std::move(taken).error();
  if (*taken) return refused(ErrorCode::conflict, "username");
  const User& user = wanted.user;
  if (auto free = expect_free_email(db, user.email, UserId{}); !free) return free;
  return execute(db, "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", user.id,
                 user.username, wanted.username_key, given(user.email), wanted.password_hash,
                 user.password_version, user.nickname, user.avatar, user.status, user.role,
                 user.is_guest, ms(user.created_at), ms(user.created_at));
}

Result<User> find_user(Connection& db, UserId id) {
  auto user = query_one(db, select_user, [](const Statement& s) { return user_row(s); }, id);
  if (!user) return std::move(user).error();
  if (!*user) return no_user();
  return std::move(**user);
}

// One number of the row.
template <class Value>
Task<Result<void>> set(CommitQueue& queue, const char* sql, Value value, WallTime at, UserId id) {
  co_return co_await write<void>(
      queue, [sql, value = std::move(value), at, id](Batch& batch) -> Result<void> {
        if (auto done = execute(batch.db(), sql, value, ms(at), id); !done) return done;
        return batch.db().changes() == 0 ? Result<void>{no_user()} : Result<void>{};
      });
}

}  // namespace

Task<Result<void>> SqliteUserStore::create(NewUser user) {
  co_return co_await write<void>(
      queue_, [user = std::move(user)](Batch& batch) { return insert(batch, user); });
}

Task<Result<std::vector<User>>> SqliteUserStore::find(std::vector<UserId> ids) {
  co_return co_await readers_.read([ids = std::move(ids)](
                                       Connection& db) -> Result<std::vector<User>> {
    std::vector<User> users;
    for (const UserId id : ids) {
      auto user = query_one(db, select_user, [](const Statement& s) { return user_row(s); }, id);
      if (!user) return std::move(user).error();
      if (*user) users.push_back(std::move(**user));
    }
    return users;
  });
}

Task<Result<User>> SqliteUserStore::find_by_key(std::string username_key) {
  co_return co_await readers_.read([key = std::move(username_key)](Connection& db) -> Result<User> {
    auto user = query_one(db, select_by_key, [](const Statement& s) { return user_row(s); }, key);
    if (!user) return std::move(user).error();
    if (!*user) return no_user();
    return std::move(**user);
  });
}

Task<Result<StoredPassword>> SqliteUserStore::password(UserId id) {
  co_return co_await readers_.read([id](Connection& db) -> Result<StoredPassword> {
    auto stored = query_one(
        db, "SELECT id, password_hash, password_version, status FROM users WHERE id = ?",
        [](const Statement& s) {
          return StoredPassword{UserId{s.int64(0)}, std::string{s.text(1)},
                                static_cast<std::uint32_t>(s.int64(2)),
                                static_cast<UserStatus>(s.int64(3))};
        },
        id);
    if (!stored) return std::move(stored).error();
    if (!*stored) return no_user();
    return std::move(**stored);
  });
}

Task<Result<User>> SqliteUserStore::edit(UserId id, ProfileEdit edit, WallTime at) {
  co_return co_await write<User>(
      queue_, [id, edit = std::move(edit), at](Batch& batch) -> Result<User> {
        auto user = find_user(batch.db(), id);
        if (!user) return user;
        user->nickname = edit.nickname.value_or(user->nickname);
        user->avatar = edit.avatar.value_or(user->avatar);
        user->email = edit.email.value_or(user->email);
        if (auto free = expect_free_email(batch.db(), user->email, id); !free) {
          return std::move(free).error();
        }
        auto saved = execute(batch.db(),
                             "UPDATE users SET nickname = ?, avatar_url = ?, email = ?, "
                             "updated_at = ? WHERE id = ?",
                             user->nickname, user->avatar, given(user->email), ms(at), id);
        if (!saved) return std::move(saved).error();
        return user;
      });
}

Task<Result<void>> SqliteUserStore::set_password(UserId id, std::string hash, WallTime at) {
  co_return co_await set(queue_,
                         "UPDATE users SET password_hash = ?, password_version = password_version "
                         "+ 1, updated_at = ? WHERE id = ?",
                         std::move(hash), at, id);
}

Task<Result<void>> SqliteUserStore::set_status(UserId id, UserStatus status, WallTime at) {
  co_return co_await set(queue_, "UPDATE users SET status = ?, updated_at = ? WHERE id = ?", status,
                         at, id);
}

Task<Result<void>> SqliteUserStore::set_role(UserId id, UserRole role, WallTime at) {
  co_return co_await set(queue_, "UPDATE users SET role = ?, updated_at = ? WHERE id = ?", role, at,
                         id);
}

Task<Result<std::vector<User>>> SqliteUserStore::search(std::string key, std::string nickname,
                                                        UserId after, std::size_t limit) {
  co_return co_await readers_.read(
      [key = std::move(key), nickname = std::move(nickname), after, limit](Connection& db) {
        const auto row = [](const Statement& s) { return user_row(s); };
        if (key.empty() && nickname.empty()) return query_all(db, select_all, row, after, limit);
        // Behind an empty one nothing lies.
        const auto end = [](const std::string& prefix) {
          return prefix.empty() ? prefix : prefix + std::string{highest_code_point};
        };
        return query_all(db, select_by_prefix, row, key, end(key), nickname, end(nickname), after,
                         limit);
      });
}

}  // namespace gochat::sqlite

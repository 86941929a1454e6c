#include "adapters/mysql/users.hpp"

#include "adapters/mysql/records.hpp"

namespace gochat::mysql {
namespace {

const std::string select_user = select(user_columns, "FROM users u WHERE u.id = ?");
const std::string select_by_key = select(user_columns, "FROM users u WHERE u.username_key = ?");
const std::string select_given =
    select(user_columns, "FROM " + std::string{given_ids} + " JOIN users u ON u.id = given.id");
const std::string select_all =
    select(user_columns, "FROM users u WHERE u.id > ? ORDER BY u.id LIMIT ?");
// Ranges of two indexes; the first `limit` of each hold the first `limit` of both. The last text of
// a range is the prefix with the highest code point behind it.
const std::string select_by_prefix = select(
    user_columns,
    "FROM ((SELECT id FROM users WHERE username_key >= ? AND username_key < ? AND id > ? "
    "ORDER BY id LIMIT ?) UNION (SELECT id FROM users WHERE nickname_key >= ? AND nickname_key < ? "
    "AND id > ? ORDER BY id LIMIT ?)) found JOIN users u ON u.id = found.id ORDER BY u.id LIMIT ?");
constexpr std::string_view highest_code_point = "\xF4\x8F\xBF\xBF";

constexpr Sql insert_user =
    "INSERT INTO users (id, username, username_key, email, password_hash, password_version, "
    "nickname, nickname_key, avatar_url, status, role, is_guest, created_at, updated_at) VALUES "
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr Sql update_profile =
    "UPDATE users SET nickname = COALESCE(?, nickname), nickname_key = COALESCE(?, nickname_key), "
    "avatar_url = COALESCE(?, avatar_url), email = IF(?, ?, email), updated_at = ? WHERE id = ?";

Error no_user() { return refused(ErrorCode::not_found, "this person does not exist"); }

std::optional<std::string_view> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>{text};
}

// Under which a nickname is searched: without the case of ASCII letters, and otherwise byte by
// byte, as no collation that MySQL and MariaDB share compares.
std::string nickname_key(std::string_view nickname) {
  std::string key{nickname};
  for (char& one : key) {
    if (one >= 'A' && one <= 'Z') one = static_cast<char>(one - 'A' + 'a');
  }
  return key;
}

// Behind an empty prefix nothing lies.
std::string end_of(const std::string& prefix) {
  return prefix.empty() ? prefix : prefix + std::string{highest_code_point};
}

std::vector<User> users_of(const Rows& rows) {
  std::vector<User> users;
  users.reserve(rows.size());
  for (const Row row : rows) users.push_back(user_record(row));
  return users;
}

}  // namespace

Task<Result<void>> MysqlUserStore::create(NewUser wanted) {
  const User& user = wanted.user;
  const std::string nickname = nickname_key(user.nickname);
  const Params params{user.id,
                      user.username,
                      Bytes{wanted.username_key},
                      given(user.email),
                      wanted.password_hash,
                      user.password_version,
                      user.nickname,
                      Bytes{nickname},
                      user.avatar,
                      user.status,
                      user.role,
                      user.is_guest,
                      user.created_at,
                      user.created_at};
  auto inserted = co_await pool_.write(insert_user, params, pool_.soon());
  if (inserted) co_return Unit{};
  if (inserted.code() != ErrorCode::conflict) co_return std::move(inserted).error();
  co_return co_await refuse_taken(wanted.username_key, user.email);
}

// The server names the key that was taken only in words.
Task<Result<void>> MysqlUserStore::refuse_taken(std::string username_key, std::string email) {
  auto taken = co_await pool_.read(
      "SELECT (SELECT COUNT(*) FROM users WHERE username_key = ?), "
      "(SELECT COUNT(*) FROM users WHERE email = ?)",
      {Bytes{username_key}, Bytes{email}}, pool_.soon());
  if (!taken) co_return std::move(taken).error();
  const Row row = (*taken)[0];
  if (row.flag(0)) co_return refused(ErrorCode::conflict, "username");
  if (row.flag(1)) co_return refused(ErrorCode::conflict, "email");
  co_return failed(ErrorCode::conflict, "the id of a new person is taken");
}

Task<Result<std::vector<User>>> MysqlUserStore::find(std::vector<UserId> ids) {
  if (ids.empty()) co_return std::vector<User>{};
  const std::string list = id_list(ids);
  auto rows = co_await pool_.read(Sql::lasting(select_given), {list}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  co_return users_of(*rows);
}

Task<Result<User>> MysqlUserStore::find_one(Sql sql, Param key) {
  auto rows = co_await pool_.read(sql, {key}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return no_user();
  co_return user_record((*rows)[0]);
}

Task<Result<User>> MysqlUserStore::find_by_key(std::string username_key) {
  co_return co_await find_one(Sql::lasting(select_by_key), Bytes{username_key});
}

Task<Result<StoredPassword>> MysqlUserStore::password(UserId id) {
  auto rows = co_await pool_.read(
      "SELECT id, password_hash, password_version, status FROM users WHERE id = ?", {id},
      pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return no_user();
  const Row row = (*rows)[0];
  co_return StoredPassword{row.id<UserId>(0), std::string{row.text(1)},
                           static_cast<std::uint32_t>(row.uint64(2)), row.one_of<UserStatus>(3)};
}

Task<Result<User>> MysqlUserStore::edit(UserId id, ProfileEdit edit, WallTime at) {
  std::optional<std::string> key;
  if (edit.nickname) key = nickname_key(*edit.nickname);
  const std::string email = edit.email.value_or("");
  const Params params{edit.nickname, key, edit.avatar, edit.email.has_value(),
                      given(email),  at,  id};
  auto edited = co_await pool_.write(update_profile, params, pool_.soon());
  if (edited.code() == ErrorCode::conflict) co_return refused(ErrorCode::conflict, "email");
  if (!edited) co_return std::move(edited).error();
  co_return co_await find_one(Sql::lasting(select_user), id);
}

Task<Result<void>> MysqlUserStore::update(Sql sql, Params params, UserId id) {
  auto updated = co_await pool_.write(sql, std::move(params), pool_.soon());
  if (!updated) co_return std::move(updated).error();
  if (updated->affected() != 0) co_return Unit{};
  auto found = co_await find_one(Sql::lasting(select_user), id);
  if (!found) co_return std::move(found).error();
  co_return Unit{};
}

Task<Result<void>> MysqlUserStore::set_password(UserId id, std::string hash, WallTime at) {
  co_return co_await update(
      "UPDATE users SET password_hash = ?, password_version = password_version + 1, "
      "updated_at = ? WHERE id = ?",
      {hash, at, id}, id);
}

Task<Result<void>> MysqlUserStore::set_status(UserId id, UserStatus status, WallTime at) {
  co_return co_await update("UPDATE users SET status = ?, updated_at = ? WHERE id = ?",
                            {status, at, id}, id);
}

Task<Result<void>> MysqlUserStore::set_role(UserId id, UserRole role, WallTime at) {
  co_return co_await update("UPDATE users SET role = ?, updated_at = ? WHERE id = ?",
                            {role, at, id}, id);
}

Task<Result<std::vector<User>>> MysqlUserStore::search(std::string key, std::string nickname,
                                                       UserId after, std::size_t limit) {
  const std::string folded = nickname_key(nickname);
  const std::string key_end = end_of(key);
  const std::string folded_end = end_of(folded);
  const bool all = key.empty() && nickname.empty();
  Params params{after, limit};
  if (!all) {
    params = {Bytes{key},        Bytes{key_end}, after, limit, Bytes{folded},
              Bytes{folded_end}, after,          limit, limit};
  }
  auto rows = co_await pool_.read(Sql::lasting(all ? select_all : select_by_prefix),
                                  std::move(params), pool_.soon());
  if (!rows) co_return std::move(rows).error();
  co_return users_of(*rows);
}

}  // namespace gochat::mysql

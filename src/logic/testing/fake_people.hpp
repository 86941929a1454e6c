// Accounts, sessions and relations in memory, for unit tests.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/repo_api.hpp"

namespace gochat::logic::testing {

class FakeUsers final : public UserRepo {
 public:
  Task<Result<User>> create_user(CreateUser wanted) override {
    for (const auto& [id, row] : rows) {
      if (row.username == wanted.username) co_return refused(ErrorCode::conflict, "username");
    }
    User user;
    user.id = wanted.id;
    user.username = wanted.username;
    user.nickname = wanted.nickname;
    user.email = wanted.email;
    user.is_guest = wanted.is_guest;
    user.role = wanted.role;
    user.created_at = wanted.at;
    rows[user.id] = user;
    passwords[user.id] = wanted.password;
    co_return user;
  }
  Task<Result<std::vector<User>>> users(std::vector<UserId> ids) override {
    ++reads;
    std::vector<User> found;
    for (const UserId id : ids) {
      if (const auto row = rows.find(id); row != rows.end()) found.push_back(row->second);
    }
    co_return found;
  }
  Task<Result<User>> user_by_name(std::string name) override {
    for (const auto& [id, row] : rows) {
      if (row.username == name) co_return row;
    }
    co_return refused(ErrorCode::not_found, "username");
  }
  Task<Result<VerifiedPassword>> verify_password(std::string name, std::string password) override {
    ++hashes;
    for (const auto& [id, row] : rows) {
      if (row.username == name && passwords[id] == password) co_return VerifiedPassword{true, row};
    }
    co_return VerifiedPassword{};
  }
  Task<Result<User>> edit_user(UserId id, ProfileEdit edit, WallTime) override {
    User& row = rows[id];
    row.nickname = edit.nickname.value_or(row.nickname);
    row.avatar = edit.avatar.value_or(row.avatar);
    row.email = edit.email.value_or(row.email);
    co_return row;
  }
  Task<Result<void>> change_password(UserId id, std::string password, WallTime) override {
    passwords[id] = password;
    ++rows[id].password_version;
    co_return Result<void>{};
  }
  Task<Result<void>> set_user_status(UserId id, UserStatus status, WallTime) override {
    rows[id].status = status;
    co_return Result<void>{};
  }
  Task<Result<void>> set_user_role(UserId id, UserRole role, WallTime) override {
    rows[id].role = role;
    co_return Result<void>{};
  }
  Task<Result<std::vector<User>>> search_users(std::string prefix, UserId after,
                                               std::size_t limit) override {
    std::vector<User> found;
    for (const auto& [id, row] : rows) {
      if (id > after && row.username.starts_with(prefix) && found.size() < limit) {
        found.push_back(row);
      }
    }
    co_return found;
  }

  UserId add(std::int64_t id, std::string name) {
    User user;
    user.id = UserId{id};
    user.username = std::move(name);
    rows[user.id] = user;
    return user.id;
  }

  std::map<UserId, User> rows;
  std::map<UserId, std::string> passwords;
  int reads = 0;
  int hashes = 0;
};

class FakeSessions final : public SessionStore {
 public:
  explicit FakeSessions(FakeUsers& users) : users_{users} {}

  Task<Result<void>> create(Session session, std::uint32_t password_version) override {
    const User& user = users_.rows[session.user];
    if (user.status != UserStatus::active || user.password_version != password_version) {
      co_return ErrorCode::unauthorized;
    }
    rows[session.id] = session;
    co_return Result<void>{};
  }
  Task<Result<Session>> find(SessionId id) override {
    ++finds;
    const auto row = rows.find(id);
    if (row == rows.end()) co_return ErrorCode::not_found;
    co_return row->second;
  }
  Task<Result<std::vector<Session>>> list(UserId user) override {
    std::vector<Session> all;
    for (const auto& [id, row] : rows) {
      if (row.user == user) all.push_back(row);
    }
    co_return all;
  }
  Task<Result<Session>> rotate(SessionId id, std::uint32_t gen, WallTime at) override {
    Session& row = rows[id];
    if (row.gen != gen) co_return ErrorCode::conflict;
    ++row.gen;
    row.gen_used = false;
    row.rotated_at = at;
    co_return row;
  }
  Task<Result<void>> mark_used(SessionId id, std::uint32_t gen, WallTime at) override {
    Session& row = rows[id];
    if (row.gen == gen) row.gen_used = true;
    row.last_seen_at = at;
    co_return Result<void>{};
  }
  Task<Result<std::size_t>> revoke(RevokeQuery query, WallTime) override {
    std::size_t count = 0;
    for (auto& [id, row] : rows) {
      if (row.user != query.user || row.revoked) continue;
      if (query.only && id != *query.only) continue;
      if (query.except && id == *query.except) continue;
      row.revoked = true;
      row.revoke_code = query.close_code;
      revoked.push_back({id, query.close_code});
      ++count;
    }
    co_return count;
  }
  Task<Result<RevokedPage>> revoked_since(std::uint64_t cursor, std::size_t limit) override {
    RevokedPage page;
    page.cursor = cursor;
    while (page.cursor < revoked.size() && page.sessions.size() < limit) {
      page.sessions.push_back(revoked[page.cursor++]);
    }
    co_return page;
  }
  Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) override {
    std::size_t count = 0;
    for (auto row = rows.begin(); row != rows.end() && count < limit;) {
      const bool expired = row->second.expires_at < before;
      row = expired ? rows.erase(row) : std::next(row);
      count += expired ? 1 : 0;
    }
    co_return count;
  }

  std::map<SessionId, Session> rows;
  std::vector<RevokedSession> revoked;
  int finds = 0;

 private:
  FakeUsers& users_;
};

class FakeRelations final : public RelationStore {
 public:
  using Pair = std::pair<UserId, UserId>;

  Task<Result<void>> add_friendship(UserId a, UserId b, WallTime) override {
    if (!friendships.insert(std::minmax(a, b)).second) {
      co_return refused(ErrorCode::conflict, "you are friends already");
    }
    co_return Result<void>{};
  }
  Task<Result<bool>> remove_friendship(UserId a, UserId b) override {
    co_return friendships.erase(std::minmax(a, b)) != 0;
  }
  Task<Result<std::vector<UserId>>> friends(UserId user) override {
    std::vector<UserId> found;
    for (const auto& [a, b] : friendships) {
      if (a == user) found.push_back(b);
      if (b == user) found.push_back(a);
    }
    co_return found;
  }
  Task<Result<void>> set_block(UserId by, UserId user, bool on, WallTime) override {
    if (on) blocked.insert({by, user});
    if (!on) blocked.erase({by, user});
    co_return Result<void>{};
  }
  Task<Result<std::vector<UserId>>> blocks(UserId by) override {
    std::vector<UserId> found;
    for (const auto& [who, whom] : blocked) {
      if (who == by) found.push_back(whom);
    }
    co_return found;
  }
  Task<Result<bool>> blocked_between(UserId a, UserId b) override {
    co_return blocked.contains({a, b}) || blocked.contains({b, a});
  }

  std::set<Pair> friendships;
  std::set<Pair> blocked;
};

class FakeKeys final : public IdempotencyStore {
 public:
  Task<Result<std::optional<std::string>>> begin(IdempotencyKey key, WallTime at) override {
    const auto [row, first] = rows.try_emplace(key.key, std::nullopt);
    if (first) begun[key.key] = at;
    if (!first && !row->second) co_return ErrorCode::in_progress;
    co_return row->second;
  }
  Task<Result<void>> finish(IdempotencyKey key, std::string answer) override {
    rows[key.key] = std::move(answer);
    co_return Result<void>{};
  }
  Task<Result<void>> forget(IdempotencyKey key) override {
    rows.erase(key.key);
    co_return Result<void>{};
  }
  Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) override {
    std::size_t count = 0;
    for (auto row = rows.begin(); row != rows.end() && count < limit;) {
      const bool expired = begun[row->first] < before;
      row = expired ? rows.erase(row) : std::next(row);
      count += expired ? 1 : 0;
    }
    co_return count;
  }

  std::map<std::string, std::optional<std::string>> rows;
  std::map<std::string, WallTime> begun;
};

}  // namespace gochat::logic::testing

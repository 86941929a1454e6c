#include "logic/operator.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/limits.hpp"
#include "logic/password_rules.hpp"
#include "logic/sign_in.hpp"

namespace gochat::logic {

namespace {

// 80 bits, without letters that are taken for others.
constexpr std::size_t drawn_letters = 16;
constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(letters.size() == 32);

std::string drawn_password(Random& random) {
  std::array<std::uint8_t, drawn_letters> drawn{};
  random.fill(drawn);
  std::string password;
  for (const auto byte : drawn) password += letters[byte % letters.size()];
  return password;
}

}  // namespace

Operator::Operator(const Needs& needs, const Options& options, SessionTrust& trust,
                   PeopleCache& people)
    : repo_{needs.repo},
      clock_{needs.clock},
      random_{needs.random},
      ids_{needs.ids},
      options_{options},
      trust_{trust},
      people_{people} {}

Task<Result<User>> Operator::person(std::string username) {
  auto user = co_await repo_.users.user_by_name(username);
  if (user.code() == ErrorCode::not_found || (user && user->status == UserStatus::erased)) {
    co_return refused(ErrorCode::not_found, "nobody is called " + username);
  }
  co_return user;
}

Task<Result<User>> Operator::member(std::string username) {
  auto user = co_await person(std::move(username));
  if (user && user->is_guest) {
    co_return refused(ErrorCode::forbidden, user->username + " is a guest, without a password");
  }
  co_return user;
}

Result<std::string> Operator::password_of(const std::string& given) {
  if (given.empty()) return drawn_password(random_);
  if (const auto fits = check_new_password(given, options_); !fits) return fits.error();
  return given;
}

Task<Result<std::vector<User>>> Operator::users(std::string prefix, UserId after,
                                                std::size_t limit) {
  return repo_.users.search_users(std::move(prefix), after,
                                  std::clamp<std::size_t>(limit, 1, page_max));
}

Task<Result<AccountAccess>> Operator::create_user(NewAccount account) {
  if (const auto key = username_key(account.username); !key) co_return key.error();
  const auto password = password_of(account.password);
  if (!password) co_return password.error();
  auto nickname = clean_line(account.nickname, "nickname", limits::nickname_code_points_max);
  if (!nickname) co_return nickname.error();
  if (const auto fits = check_email(account.email); !fits) co_return fits.error();
  CreateUser create;
  create.id = UserId{ids_.next()};
  create.username = std::move(account.username);
  create.nickname = *std::move(nickname);
  create.email = std::move(account.email);
  create.password = *password;
  create.role = account.role;
  create.at = clock_.now();
  auto user = co_await repo_.users.create_user(std::move(create));
  if (user.code() == ErrorCode::conflict) {
    co_return refused(ErrorCode::conflict, "this " + user.error().hint + " is taken");
  }
  if (!user) co_return user.error();
  co_return AccountAccess{*std::move(user), account.password.empty() ? *password : std::string{}};
}

Task<Result<User>> Operator::set_enabled(std::string username, bool enabled) {
  auto user = co_await person(std::move(username));
  if (!user) co_return user;
  const auto wanted = enabled ? UserStatus::active : UserStatus::disabled;
  if (user->status != wanted) {
    const auto set = co_await repo_.users.set_user_status(user->id, wanted, clock_.now());
    if (!set) co_return set.error();
    people_.forget(user->id);
    user->status = wanted;
  }
  if (!enabled) {
    // Also when it was disabled before: that act may have been interrupted.
    const auto ended =
        co_await trust_.revoke({user->id, std::nullopt, std::nullopt, close_account_ended});
    if (!ended) co_return ended.error();
  }
  co_return user;
}

Task<Result<AccountAccess>> Operator::reset_password(std::string username, std::string given) {
  auto user = co_await member(std::move(username));
  if (!user) co_return user.error();
  const auto password = password_of(given);
  if (!password) co_return password.error();
  const auto changed = co_await repo_.users.change_password(user->id, *password, clock_.now());
  if (!changed) co_return changed.error();
  const auto ended = co_await trust_.revoke({user->id, std::nullopt, std::nullopt, close_revoked});
  if (!ended) co_return ended.error();
  co_return AccountAccess{*std::move(user), given.empty() ? *password : std::string{}};
}

Task<Result<User>> Operator::set_user_role(std::string username, UserRole role) {
  auto user = co_await member(std::move(username));
  if (!user || user->role == role) co_return user;
  const auto set = co_await repo_.users.set_user_role(user->id, role, clock_.now());
  if (!set) co_return set.error();
  user->role = role;
  co_return user;
}

Task<Result<std::vector<Group>>> Operator::groups(GroupId after, std::size_t limit) {
  return repo_.groups.groups(after, std::clamp<std::size_t>(limit, 1, page_max));
}

Task<Result<std::vector<Session>>> Operator::sessions(std::string username) {
  const auto user = co_await person(std::move(username));
  if (!user) co_return user.error();
  auto all = co_await repo_.sessions.list(user->id);
  if (!all) co_return all;
  const auto now = clock_.now();
  std::erase_if(*all, [now](const Session& s) { return s.revoked || s.expires_at <= now; });
  co_return all;
}

Task<Result<EndedSessions>> Operator::end_sessions(std::string username,
                                                   std::optional<SessionId> only) {
  auto user = co_await person(std::move(username));
  if (!user) co_return user.error();
  if (only) {
    const auto session = co_await repo_.sessions.find(*only);
    if (!session && session.code() != ErrorCode::not_found) co_return session.error();
    if (!session || session->user != user->id) {
      co_return refused(ErrorCode::not_found, user->username + " has no session " + only->text());
    }
  }
  const auto ended = co_await trust_.revoke({user->id, only, std::nullopt, close_revoked});
  if (!ended) co_return ended.error();
  co_return EndedSessions{*std::move(user), *ended};
}

}  // namespace gochat::logic

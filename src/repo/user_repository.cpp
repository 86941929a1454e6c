#include "repo/user_repository.hpp"

#include <utility>

#include "domain/limits.hpp"
#include "domain/name_fold.hpp"

namespace gochat::repo {

Task<Result<User>> UserRepository::create_user(CreateUser create) {
  auto key = username_key(create.username);
  if (!key) co_return key.error();
  User user;
  user.id = create.id;
  user.username = std::move(create.username);
  user.nickname = std::move(create.nickname);
  user.email = std::move(create.email);
  user.is_guest = create.is_guest;
  user.role = create.role;
  user.created_at = create.at;
  NewUser row{user, *std::move(key), {}};
  if (!create.is_guest) {
    auto hash = co_await hasher_.hash(std::move(create.password));
    if (!hash) co_return hash.error();
    row.password_hash = *std::move(hash);
  }
  auto created = co_await users_.create(std::move(row));
  co_await changed(user.id);  // somebody may have asked for this id before
  if (!created) co_return created.error();
  co_return user;
}

Task<Result<std::vector<User>>> UserRepository::users(std::vector<UserId> ids) {
  return users_.find(std::move(ids));
}

Task<Result<User>> UserRepository::user_by_name(std::string username) {
  auto key = username_key(username);
  // A name that nobody can have is a name that nobody has.
  if (!key) co_return refused(ErrorCode::not_found, "username");
  co_return co_await users_.find_by_key(*std::move(key));
}

Task<Result<std::optional<UserRepository::Known>>> UserRepository::known(std::string username) {
  auto key = username_key(username);
  if (!key) co_return std::optional<Known>{};
  auto user = co_await users_.find_by_key(*std::move(key));
  if (!user) {
    if (user.code() == ErrorCode::not_found) co_return std::optional<Known>{};
    co_return user.error();
  }
  auto stored = co_await users_.password(user->id);
  if (!stored) {
    if (stored.code() == ErrorCode::not_found) co_return std::optional<Known>{};
    co_return stored.error();
  }
  // The session that follows is based on the version and status that the hash was read with.
  user->password_version = stored->password_version;
  user->status = stored->status;
  co_return std::optional<Known>{Known{*std::move(user), std::move(stored->hash)}};
}

Task<Result<VerifiedPassword>> UserRepository::verify_password(std::string username,
                                                               std::string password) {
  auto found = co_await known(std::move(username));
  if (!found) co_return found.error();
  const bool comparable = password.size() <= limits::password_bytes_max && *found;
  std::string hash = comparable ? (*found)->hash : std::string{};
  password.resize(std::min(password.size(), limits::password_bytes_max));
  auto matches = co_await hasher_.verify(std::move(password), std::move(hash));
  if (!matches) co_return matches.error();
  if (!comparable || !*matches) co_return VerifiedPassword{};
  co_return VerifiedPassword{true, std::move((*found)->user)};
}

Task<Result<User>> UserRepository::edit_user(UserId id, ProfileEdit edit, WallTime at) {
  auto edited = co_await users_.edit(id, std::move(edit), at);
  co_await changed(id);
  co_return edited;
}

Task<Result<void>> UserRepository::change_password(UserId id, std::string password, WallTime at) {
  auto hash = co_await hasher_.hash(std::move(password));
  if (!hash) co_return hash.error();
  auto set = co_await users_.set_password(id, *std::move(hash), at);
  co_await changed(id);
  co_return set;
}

Task<Result<void>> UserRepository::set_user_status(UserId id, UserStatus status, WallTime at) {
  auto set = co_await users_.set_status(id, status, at);
  co_await changed(id);
  co_return set;
}

Task<Result<void>> UserRepository::set_user_role(UserId id, UserRole role, WallTime at) {
  auto set = co_await users_.set_role(id, role, at);
  co_await changed(id);
  co_return set;
}

Task<> UserRepository::changed(UserId id) {
  if (copies_ != nullptr) co_await copies_->person_changed(id);
}

Task<Result<std::vector<User>>> UserRepository::search_users(std::string prefix, UserId after,
                                                             std::size_t limit) {
  std::string key = fold_name(prefix);
  return users_.search(std::move(key), std::move(prefix), after, limit);
}

}  // namespace gochat::repo

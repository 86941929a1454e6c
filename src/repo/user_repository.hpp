// People and their passwords. A password is hashed or compared here and goes no further; a hash is
// in no answer.
#pragma once

#include "ports/password_hasher.hpp"
#include "ports/repo_api.hpp"
#include "repo/shown_copies.hpp"

namespace gochat::repo {

class UserRepository final : public UserRepo {
 public:
  // Without copies there is nothing to remove.
  UserRepository(UserStore& users, PasswordHasher& hasher, ShownCopies* copies = nullptr)
      : users_{users}, hasher_{hasher}, copies_{copies} {}

  Task<Result<User>> create_user(CreateUser user) override;
  Task<Result<std::vector<User>>> users(std::vector<UserId> ids) override;
  Task<Result<User>> user_by_name(std::string username) override;
  // One hash for every call: a known name, an unknown one and one that cannot exist take the same
  // time.
  Task<Result<VerifiedPassword>> verify_password(std::string username,
                                                 std::string password) override;
  Task<Result<User>> edit_user(UserId id, ProfileEdit edit, WallTime at) override;
  Task<Result<void>> change_password(UserId id, std::string password, WallTime at) override;
  Task<Result<void>> set_user_status(UserId id, UserStatus status, WallTime at) override;
  Task<Result<void>> set_user_role(UserId id, UserRole role, WallTime at) override;
  Task<Result<std::vector<User>>> search_users(std::string prefix, UserId after,
                                               std::size_t limit) override;

 private:
  struct Known {
    User user;
    std::string hash;
  };
  // Empty when there is no such user.
  Task<Result<std::optional<Known>>> known(std::string username);

  // The database was asked to change this person, whatever it said.
  Task<> changed(UserId id);

  UserStore& users_;
  PasswordHasher& hasher_;
  ShownCopies* const copies_;
};

}  // namespace gochat::repo

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/user.hpp"

namespace gochat {

struct NewUser {
  User user;
  std::string username_key;   // the form under which the name is unique
  std::string password_hash;  // empty for guests
};

struct StoredPassword {
  UserId user;
  std::string hash;
  std::uint32_t password_version = 0;
  UserStatus status = UserStatus::active;
};

struct ProfileEdit {
  std::optional<std::string> nickname;
  std::optional<std::string> avatar;
  std::optional<std::string> email;
};

// People. Only repo uses it: hashes go no further.
// Ordering: what was answered is seen by every read that starts afterwards.
// Idempotency: none; a create that is repeated is a `conflict`.
// Errors: `conflict` names the taken field in its hint; `not_found`; `unavailable` nothing was
// done; `timeout` unknown. Cancellation: a write that was started is carried out.
class UserStore {
 public:
  virtual ~UserStore() = default;
  virtual Task<Result<void>> create(NewUser user) = 0;
  // Missing ones are left out; any order.
  virtual Task<Result<std::vector<User>>> find(std::vector<UserId> ids) = 0;
  virtual Task<Result<User>> find_by_key(std::string username_key) = 0;
  virtual Task<Result<StoredPassword>> password(UserId id) = 0;
  virtual Task<Result<User>> edit(UserId id, ProfileEdit edit, WallTime at) = 0;
  // Raises password_version.
  virtual Task<Result<void>> set_password(UserId id, std::string hash, WallTime at) = 0;
  virtual Task<Result<void>> set_status(UserId id, UserStatus status, WallTime at) = 0;
  virtual Task<Result<void>> set_role(UserId id, UserRole role, WallTime at) = 0;
  // By prefix of the username key or of the nickname, which is compared without ASCII case; at most
  // `limit`, after the id `after`. An empty one finds nobody, and two empty ones everybody.
  virtual Task<Result<std::vector<User>>> search(std::string key, std::string nickname,
                                                 UserId after, std::size_t limit) = 0;
};

}  // namespace gochat

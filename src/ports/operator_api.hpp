// What an operator asks of logic, past all rights of users: whoever reaches this port owns the
// server. Names are usernames, in any spelling. Ordering: a read that starts after a write was
// answered sees it, and lists are pages by ascending id. Idempotency: an act that changes nothing
// succeeds. Errors: the closed table; hints say in plain words what to do. Cancellation: a write
// that was started is carried out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/membership.hpp"
#include "domain/user.hpp"

namespace gochat {

struct NewAccount {
  std::string username{};
  std::string password{};  // empty: one is drawn
  std::string nickname{};
  std::string email{};
  UserRole role = UserRole::user;
};

struct AccountAccess {
  User user;
  std::string drawn_password;  // empty when the operator gave it
};

struct EndedSessions {
  User user;
  std::size_t count = 0;
};

class OperatorApi {
 public:
  virtual ~OperatorApi() = default;
  // Everybody whose name or nickname begins so, erased and disabled ones too.
  virtual Task<Result<std::vector<User>>> users(std::string prefix, UserId after,
                                                std::size_t limit) = 0;
  // Also while registration is closed.
  virtual Task<Result<AccountAccess>> create_user(NewAccount account) = 0;
  // Disabling ends all sessions, whose sockets are closed with 4006.
  virtual Task<Result<User>> set_enabled(std::string username, bool enabled) = 0;
  // Ends all sessions. No password: one is drawn.
  virtual Task<Result<AccountAccess>> reset_password(std::string username,
                                                     std::string password) = 0;
  virtual Task<Result<User>> set_user_role(std::string username, UserRole role) = 0;
  virtual Task<Result<std::vector<Group>>> groups(GroupId after, std::size_t limit) = 0;
  // Those that are alive.
  virtual Task<Result<std::vector<Session>>> sessions(std::string username) = 0;
  // One of them, or all.
  virtual Task<Result<EndedSessions>> end_sessions(std::string username,
                                                   std::optional<SessionId> only) = 0;
};

}  // namespace gochat

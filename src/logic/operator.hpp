// What the owner of the server may do past all rights: accounts, roles, passwords, sessions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logic/needs.hpp"
#include "logic/options.hpp"
#include "logic/people_cache.hpp"
#include "logic/session_trust.hpp"
#include "ports/operator_api.hpp"

namespace gochat::logic {

class Operator final : public OperatorApi {
 public:
  static constexpr std::size_t page_max = 1'000;

  Operator(const Needs& needs, const Options& options, SessionTrust& trust, PeopleCache& people);

  Task<Result<std::vector<User>>> users(std::string prefix, UserId after,
                                        std::size_t limit) override;
  Task<Result<AccountAccess>> create_user(NewAccount account) override;
  Task<Result<User>> set_enabled(std::string username, bool enabled) override;
  Task<Result<AccountAccess>> reset_password(std::string username, std::string password) override;
  Task<Result<User>> set_user_role(std::string username, UserRole role) override;
  Task<Result<std::vector<Group>>> groups(GroupId after, std::size_t limit) override;
  Task<Result<std::vector<Session>>> sessions(std::string username) override;
  Task<Result<EndedSessions>> end_sessions(std::string username,
                                           std::optional<SessionId> only) override;

 private:
  // Somebody who was not erased.
  Task<Result<User>> person(std::string username);
  Task<Result<User>> member(std::string username);  // and is no guest
  // The given password if it will do, or one that is drawn.
  Result<std::string> password_of(const std::string& given);

  RepoApi repo_;
  Clock& clock_;
  Random& random_;
  IdSource& ids_;
  const Options& options_;
  SessionTrust& trust_;
  PeopleCache& people_;
};

}  // namespace gochat::logic

// Coming in, staying in and going out.
#pragma once

#include <string>
#include <vector>

#include "logic/address_limit.hpp"
#include "logic/changes.hpp"
#include "logic/needs.hpp"
#include "logic/options.hpp"
#include "logic/people_cache.hpp"
#include "logic/session_trust.hpp"
#include "ports/logic_api.hpp"

namespace gochat::logic {

// Close codes that a revoked session's sockets get.
inline constexpr std::uint16_t close_revoked = 4004;
inline constexpr std::uint16_t close_account_ended = 4006;

class SignIn final : public AuthApi {
 public:
  SignIn(const Needs& needs, const Options& options, SessionTrust& trust, PeopleCache& people,
         Changes& changes);

  Task<Result<SignedIn>> sign_up(Registration registration, SignInContext context) override;
  Task<Result<SignedIn>> login(std::string username, std::string password,
                               SignInContext context) override;
  Task<Result<SignedIn>> guest(std::string name, SignInContext context) override;
  Task<Result<SignedIn>> refresh(std::string refresh_token, SignInContext context) override;
  Task<Result<void>> logout(std::string token) override;
  Task<Result<Caller>> authenticate(std::string token) override;
  Task<Result<void>> change_password(Caller caller, std::string old_password,
                                     std::string new_password) override;
  Task<Result<void>> erase(Caller caller, std::string password) override;
  Task<Result<std::vector<Session>>> sessions(Caller caller) override;
  Task<Result<void>> revoke_session(Caller caller, SessionId session) override;
  Task<Result<RevokedPage>> revoked_since(std::uint64_t cursor) override;

  // Of accounts and of guests from one address, from now on.
  void use_rates(BucketRate sign_ups, BucketRate guest_visits) {
    sign_ups_.use(sign_ups);
    guest_visits_.use(guest_visits);
  }

 private:
  Task<Result<SignedIn>> open_session(User user, SignInContext context);
  SignedIn signed_in(User user, Session session, bool refreshes) const;
  // The user behind a password, every try being counted against the account and the address.
  Task<Result<User>> prove(std::string username, std::string password, std::string address);
  // The caller's own account, the password being right.
  Task<Result<User>> own_account(Caller caller, std::string password);
  Task<Result<User>> active_user(UserId id);
  Task<Result<Session>> rotated(TokenSigner::Refresh refresh);
  Task<Result<void>> revoke(RevokeQuery query);
  Task<Result<void>> end_memberships(Caller caller);

  RepoApi repo_;
  TokenSigner& tokens_;
  Clock& clock_;
  Random& random_;
  IdSource& ids_;
  const Options& options_;
  SessionTrust& trust_;
  PeopleCache& people_;
  Changes& changes_;
  FailedTries& tries_;
  AddressLimit sign_ups_;
  AddressLimit guest_visits_;
};

}  // namespace gochat::logic

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adapters/grpc/logic_calls.hpp"
#include "base/utf8.hpp"
#include "ports/logic_api.hpp"

namespace gochat::rpc::to_logic {

// Nobody ever got such a token.
inline Error no_token() { return refused(ErrorCode::unauthorized, "the token is not valid"); }
inline bool may_be_token(const std::string& token) { return count_code_points(token).has_value(); }

class AuthClient final : public AuthApi {
 public:
  explicit AuthClient(Calls* calls) : calls_{calls} {}

  Task<Result<SignedIn>> sign_up(Registration registration, SignInContext context) override {
    return ask<v1::SignedIn>(calls_, logic_method::sign_up,
                             made<v1::RegisterRequest>(registration, context));
  }
  Task<Result<SignedIn>> login(std::string username, std::string password,
                               SignInContext context) override {
    return ask<v1::SignedIn>(calls_, logic_method::login,
                             made<v1::AuthenticateRequest>(username, password, context));
  }
  Task<Result<SignedIn>> guest(std::string name, SignInContext context) override {
    return ask<v1::SignedIn>(calls_, logic_method::guest,
                             made<v1::GuestLoginRequest>(name, context));
  }
  Task<Result<SignedIn>> refresh(std::string refresh_token, SignInContext context) override {
    if (!may_be_token(refresh_token)) co_return no_token();
    co_return co_await ask<v1::SignedIn>(calls_, logic_method::refresh,
                                         made<v1::RefreshTokenRequest>(refresh_token, context));
  }
  Task<Result<void>> logout(std::string token) override {
    if (!may_be_token(token)) co_return Result<void>{};
    co_return co_await tell(calls_, logic_method::logout, made<v1::TokenRequest>(token));
  }
  Task<Result<Caller>> authenticate(std::string token) override {
    if (!may_be_token(token)) co_return no_token();
    co_return co_await ask<v1::Caller>(calls_, logic_method::authenticate,
                                       made<v1::TokenRequest>(token));
  }
  Task<Result<void>> change_password(Caller caller, std::string old_password,
                                     std::string new_password) override {
    return tell(calls_, logic_method::change_password,
                made<v1::NewPasswordRequest>(caller, old_password, new_password));
  }
  Task<Result<void>> erase(Caller caller, std::string password) override {
    return tell(calls_, logic_method::erase, made<v1::EraseUserRequest>(caller, password));
  }
  Task<Result<std::vector<Session>>> sessions(Caller caller) override {
    return ask<v1::Sessions>(calls_, logic_method::sessions, made<v1::CallerRequest>(caller));
  }
  Task<Result<void>> revoke_session(Caller caller, SessionId session) override {
    return tell(calls_, logic_method::revoke_session, made<v1::OwnSessionRequest>(caller, session));
  }
  Task<Result<RevokedPage>> revoked_since(std::uint64_t cursor) override {
    return ask<v1::RevokedPage>(calls_, logic_method::revoked_since,
                                made<v1::RevokedAfterRequest>(cursor));
  }

 private:
  Calls* calls_;
};

}  // namespace gochat::rpc::to_logic

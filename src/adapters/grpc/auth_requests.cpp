// Requests of people and their sign-ins.
#include "adapters/grpc/logic_requests.hpp"
#include "adapters/grpc/request_parts.hpp"

namespace gochat::rpc {

void fill(v1::RegisterRequest& out, const Registration& wanted, const SignInContext& context) {
  out.set_username(wanted.username);
  out.set_password(wanted.password);
  out.set_nickname(wanted.nickname);
  out.set_email(wanted.email);
  *out.mutable_context() = to_proto(context);
}
std::tuple<Registration, SignInContext> args_of(const v1::RegisterRequest& in, Faults& faults) {
  return {Registration{in.username(), in.password(), in.nickname(), in.email()},
          from_proto(in.context(), faults)};
}

void fill(v1::AuthenticateRequest& out, const std::string& username, const std::string& password,
          const SignInContext& context) {
  out.set_username(username);
  out.set_password(password);
  *out.mutable_context() = to_proto(context);
}
std::tuple<std::string, std::string, SignInContext> args_of(const v1::AuthenticateRequest& in,
                                                            Faults& faults) {
  return {in.username(), in.password(), from_proto(in.context(), faults)};
}

void fill(v1::GuestLoginRequest& out, const std::string& name, const SignInContext& context) {
  out.set_name(name);
  *out.mutable_context() = to_proto(context);
}
std::tuple<std::string, SignInContext> args_of(const v1::GuestLoginRequest& in, Faults& faults) {
  return {in.name(), from_proto(in.context(), faults)};
}

void fill(v1::RefreshTokenRequest& out, const std::string& token, const SignInContext& context) {
  out.set_refresh_token(token);
  *out.mutable_context() = to_proto(context);
}
std::tuple<std::string, SignInContext> args_of(const v1::RefreshTokenRequest& in, Faults& faults) {
  return {in.refresh_token(), from_proto(in.context(), faults)};
}

void fill(v1::TokenRequest& out, const std::string& token) { out.set_token(token); }
std::tuple<std::string> args_of(const v1::TokenRequest& in, Faults&) { return {in.token()}; }

void fill(v1::NewPasswordRequest& out, const Caller& caller, const std::string& old_password,
          const std::string& new_password) {
  set_caller(out, caller);
  out.set_old_password(old_password);
  out.set_new_password(new_password);
}
std::tuple<Caller, std::string, std::string> args_of(const v1::NewPasswordRequest& in,
                                                     Faults& faults) {
  return {caller_of(in, faults), in.old_password(), in.new_password()};
}

void fill(v1::EraseUserRequest& out, const Caller& caller, const std::string& password) {
  set_caller(out, caller);
  out.set_password(password);
}
std::tuple<Caller, std::string> args_of(const v1::EraseUserRequest& in, Faults& faults) {
  return {caller_of(in, faults), in.password()};
}

void fill(v1::OwnSessionRequest& out, const Caller& caller, SessionId session) {
  set_caller(out, caller);
  out.set_session_id(session.number());
}
std::tuple<Caller, SessionId> args_of(const v1::OwnSessionRequest& in, Faults& faults) {
  return {caller_of(in, faults), SessionId{in.session_id()}};
}

void fill(v1::RevokedAfterRequest& out, std::uint64_t cursor) { out.set_cursor(cursor); }
std::tuple<std::uint64_t> args_of(const v1::RevokedAfterRequest& in, Faults&) {
  return {in.cursor()};
}

void fill(v1::CallerRequest& out, const Caller& caller) { set_caller(out, caller); }
std::tuple<Caller> args_of(const v1::CallerRequest& in, Faults& faults) {
  return {caller_of(in, faults)};
}

void fill(v1::EditProfileRequest& out, const Caller& caller, const ProfileEdit& edit) {
  set_caller(out, caller);
  *out.mutable_edit() = to_proto(edit);
}
std::tuple<Caller, ProfileEdit> args_of(const v1::EditProfileRequest& in, Faults& faults) {
  return {caller_of(in, faults), from_proto(in.edit(), faults)};
}

void fill(v1::NamedUserRequest& out, const Caller& caller, const std::string& username) {
  set_caller(out, caller);
  out.set_username(username);
}
std::tuple<Caller, std::string> args_of(const v1::NamedUserRequest& in, Faults& faults) {
  return {caller_of(in, faults), in.username()};
}

void fill(v1::UserIds& out, const std::vector<UserId>& ids) {
  ids_to_proto(ids, out.mutable_ids());
}
std::tuple<std::vector<UserId>> args_of(const v1::UserIds& in, Faults&) {
  return {ids_from_proto<UserId>(in.ids())};
}

void fill(v1::FindUsersRequest& out, const Caller& caller, const std::string& prefix, UserId after,
          std::size_t limit) {
  set_caller(out, caller);
  out.set_prefix(prefix);
  out.set_after(after.number());
  set_limit(out, limit);
}
std::tuple<Caller, std::string, UserId, std::size_t> args_of(const v1::FindUsersRequest& in,
                                                             Faults& faults) {
  return {caller_of(in, faults), in.prefix(), UserId{in.after()}, limit_of(in)};
}

void fill(v1::OtherUserRequest& out, const Caller& caller, UserId user) {
  set_caller(out, caller);
  out.set_user_id(user.number());
}
std::tuple<Caller, UserId> args_of(const v1::OtherUserRequest& in, Faults& faults) {
  return {caller_of(in, faults), UserId{in.user_id()}};
}

}  // namespace gochat::rpc

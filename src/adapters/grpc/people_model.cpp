// People and their sessions.
#include <string>

#include "adapters/grpc/known_enum.hpp"
#include "adapters/grpc/model.hpp"

namespace gochat::rpc {
namespace {

static_assert(static_cast<int>(UserStatus::erased) == v1::USER_STATUS_ERASED);
static_assert(static_cast<int>(UserRole::admin) == v1::USER_ROLE_ADMIN);

void set(const std::optional<std::string>& value, auto setter) {
  if (value) setter(*value);
}

}  // namespace

v1::UserStatus to_proto(UserStatus status) { return static_cast<v1::UserStatus>(status); }
v1::UserRole to_proto(UserRole role) { return static_cast<v1::UserRole>(role); }

UserStatus from_proto(v1::UserStatus in, Faults& faults) {
  return known<UserStatus>(in, v1::UserStatus_IsValid(in), "UserStatus", faults);
}
UserRole from_proto(v1::UserRole in, Faults& faults) {
  return known<UserRole>(in, v1::UserRole_IsValid(in), "UserRole", faults);
}

v1::User to_proto(const User& user) {
  v1::User out;
  out.set_id(user.id.number());
  out.set_username(user.username);
  out.set_nickname(user.nickname);
  out.set_avatar_url(user.avatar);
  out.set_email(user.email);
  out.set_status(to_proto(user.status));
  out.set_role(to_proto(user.role));
  out.set_is_guest(user.is_guest);
  out.set_password_version(user.password_version);
  out.set_created_at_ms(ms(user.created_at));
  return out;
}

User from_proto(const v1::User& in, Faults& faults) {
  return {UserId{in.id()},
          in.username(),
          in.nickname(),
          in.avatar_url(),
          in.email(),
          from_proto(in.status(), faults),
          from_proto(in.role(), faults),
          in.is_guest(),
          in.password_version(),
          wall_time(in.created_at_ms())};
}

v1::ProfileEdit to_proto(const ProfileEdit& edit) {
  v1::ProfileEdit out;
  set(edit.nickname, [&](const auto& text) { out.set_nickname(text); });
  set(edit.avatar, [&](const auto& text) { out.set_avatar_url(text); });
  set(edit.email, [&](const auto& text) { out.set_email(text); });
  return out;
}

ProfileEdit from_proto(const v1::ProfileEdit& in, Faults&) {
  ProfileEdit edit;
  if (in.has_nickname()) edit.nickname = in.nickname();
  if (in.has_avatar_url()) edit.avatar = in.avatar_url();
  if (in.has_email()) edit.email = in.email();
  return edit;
}

v1::Session to_proto(const Session& session) {
  v1::Session out;
  out.set_id(session.id.number());
  out.set_user_id(session.user.number());
  out.set_device(session.device);
  out.set_gen(session.gen);
  out.set_gen_used(session.gen_used);
  out.set_rotated_at_ms(ms(session.rotated_at));
  out.set_created_at_ms(ms(session.created_at));
  out.set_last_seen_at_ms(ms(session.last_seen_at));
  out.set_expires_at_ms(ms(session.expires_at));
  out.set_revoked(session.revoked);
  out.set_revoke_code(session.revoke_code);
  return out;
}

Session from_proto(const v1::Session& in, Faults& faults) {
  return {SessionId{in.id()},
          UserId{in.user_id()},
          in.device(),
          in.gen(),
          in.gen_used(),
          wall_time(in.rotated_at_ms()),
          wall_time(in.created_at_ms()),
          wall_time(in.last_seen_at_ms()),
          wall_time(in.expires_at_ms()),
          in.revoked(),
          from_proto_16(in.revoke_code(), "revoke_code", faults)};
}

v1::RevokedPage to_proto(const RevokedPage& page) {
  v1::RevokedPage out;
  for (const RevokedSession& one : page.sessions) {
    auto* row = out.add_sessions();
    row->set_session_id(one.session.number());
    row->set_close_code(one.close_code);
  }
  out.set_cursor(page.cursor);
  return out;
}

RevokedPage from_proto(const v1::RevokedPage& in, Faults& faults) {
  RevokedPage page;
  for (const v1::RevokedSession& row : in.sessions()) {
    page.sessions.push_back(
        {SessionId{row.session_id()}, from_proto_16(row.close_code(), "close_code", faults)});
  }
  page.cursor = in.cursor();
  return page;
}

}  // namespace gochat::rpc

// People as repo answers for them.
#include "adapters/grpc/repo_client_parts.hpp"

namespace gochat::rpc {
namespace {

v1::UserIdRequest of_user(UserId id) {
  v1::UserIdRequest out;
  out.set_id(id.number());
  return out;
}

v1::PairRequest pair_of(UserId a, UserId b) {
  v1::PairRequest out;
  out.set_a(a.number());
  out.set_b(b.number());
  return out;
}

}  // namespace

Task<Result<User>> RemoteUsers::create_user(CreateUser user) {
  v1::CreateUserRequest out;
  out.set_id(user.id.number());
  out.set_username(user.username);
  out.set_nickname(user.nickname);
  out.set_email(user.email);
  out.set_password(user.password);
  out.set_is_guest(user.is_guest);
  out.set_role(to_proto(user.role));
  out.set_at_ms(ms(user.at));
  return get<v1::User>(once("CreateUser"), std::move(out));
}

Task<Result<std::vector<User>>> RemoteUsers::users(std::vector<UserId> ids) {
  return get<v1::Users>(read_method("GetUsers"), to_proto(ids));
}

Task<Result<User>> RemoteUsers::user_by_name(std::string username) {
  v1::UsernameRequest out;
  out.set_username(std::move(username));
  return get<v1::User>(read_method("GetUserByUsername"), std::move(out));
}

Task<Result<VerifiedPassword>> RemoteUsers::verify_password(std::string username,
                                                            std::string password) {
  v1::VerifyPasswordRequest out;
  out.set_username(std::move(username));
  out.set_password(std::move(password));
  return get<v1::VerifyPasswordAnswer>(same_twice("VerifyPassword"), std::move(out));
}

Task<Result<User>> RemoteUsers::edit_user(UserId id, ProfileEdit edit, WallTime at) {
  v1::UpdateUserRequest out;
  out.set_id(id.number());
  *out.mutable_edit() = to_proto(edit);
  out.set_at_ms(ms(at));
  return get<v1::User>(same_twice("UpdateUser"), std::move(out));
}

// It raises the password's version, and whoever signed in between the two would be signed out.
Task<Result<void>> RemoteUsers::change_password(UserId id, std::string password, WallTime at) {
  v1::ChangePasswordRequest out;
  out.set_id(id.number());
  out.set_password(std::move(password));
  out.set_at_ms(ms(at));
  return tell(once("ChangePassword"), std::move(out));
}

Task<Result<void>> RemoteUsers::set_user_status(UserId id, UserStatus status, WallTime at) {
  v1::SetUserStatusRequest out;
  out.set_id(id.number());
  out.set_status(to_proto(status));
  out.set_at_ms(ms(at));
  return tell(same_twice("SetUserStatus"), std::move(out));
}

Task<Result<void>> RemoteUsers::set_user_role(UserId id, UserRole role, WallTime at) {
  v1::SetUserRoleRequest out;
  out.set_id(id.number());
  out.set_role(to_proto(role));
  out.set_at_ms(ms(at));
  return tell(same_twice("SetUserRole"), std::move(out));
}

Task<Result<std::vector<User>>> RemoteUsers::search_users(std::string prefix, UserId after,
                                                          std::size_t limit) {
  v1::SearchUsersRequest out;
  out.set_prefix(std::move(prefix));
  out.set_after(after.number());
  out.set_limit(to_proto_32(limit));
  return get<v1::Users>(read_method("SearchUsers"), std::move(out));
}

Task<Result<void>> RemoteRelations::add_friendship(UserId a, UserId b, WallTime at) {
  v1::FriendshipRequest out;
  out.set_a(a.number());
  out.set_b(b.number());
  out.set_at_ms(ms(at));
  return tell(once("AddFriendship"), std::move(out));
}

Task<Result<bool>> RemoteRelations::remove_friendship(UserId a, UserId b) {
  return get<v1::Whether>(once("RemoveFriendship"), pair_of(a, b));
}

Task<Result<std::vector<UserId>>> RemoteRelations::friends(UserId user) {
  return get<v1::UserIds>(read_method("GetFriendships"), of_user(user));
}

Task<Result<void>> RemoteRelations::set_block(UserId by, UserId user, bool on, WallTime at) {
  v1::SetBlockRequest out;
  out.set_by(by.number());
  out.set_user_id(user.number());
  out.set_on(on);
  out.set_at_ms(ms(at));
  return tell(same_twice("SetBlock"), std::move(out));
}

Task<Result<std::vector<UserId>>> RemoteRelations::blocks(UserId by) {
  return get<v1::UserIds>(read_method("GetBlocks"), of_user(by));
}

Task<Result<bool>> RemoteRelations::blocked_between(UserId a, UserId b) {
  return get<v1::Whether>(read_method("BlockedBetween"), pair_of(a, b));
}

}  // namespace gochat::rpc

// People, and their friendships and blocks.
#include "adapters/grpc/repo_subjects.hpp"

namespace gochat::rpc {
namespace {

class UserMethods {
 public:
  explicit UserMethods(const RepoParts& parts) : parts_{parts} {}

  Task<Result<v1::User>> create_user(CallContext, v1::CreateUserRequest in) {
    Faults faults;
    CreateUser user;
    user.id = UserId{in.id() != 0 ? in.id() : parts_.ids.next()};
    user.username = in.username();
    user.nickname = in.nickname();
    user.email = in.email();
    user.password = in.password();
    user.is_guest = in.is_guest();
    if (in.role() != v1::USER_ROLE_UNSPECIFIED) user.role = from_proto(in.role(), faults);
    user.at = time_or_now(in, parts_.clock);
    if (faults) co_return faults.of_request();
    if (!user.is_guest && user.password.empty()) {
      co_return refused(ErrorCode::invalid_params, "password: only a guest has none");
    }
    co_return shown(co_await users().create_user(std::move(user)));
  }

  Task<Result<v1::User>> user(CallContext, v1::UserIdRequest in) {
    std::vector<UserId> one{UserId{in.id()}};
    auto found = co_await shown_of(std::move(one));
    if (!found) co_return std::move(found).error();
    if (found->empty()) co_return refused(ErrorCode::not_found, "id");
    co_return to_proto(found->front());
  }

  Task<Result<v1::Users>> users_of(CallContext, v1::UserIds in) {
    co_return shown(co_await users().users(ids_from_proto<UserId>(in.ids())));
  }

  Task<Result<v1::User>> user_by_name(CallContext, v1::UsernameRequest in) {
    co_return shown(co_await users().user_by_name(in.username()));
  }

  Task<Result<v1::VerifyPasswordAnswer>> verify(CallContext, v1::VerifyPasswordRequest in) {
    const auto verified = co_await users().verify_password(in.username(), in.password());
    if (!verified) co_return verified.error();
    v1::VerifyPasswordAnswer out;
    out.set_matches(verified->matches);
    *out.mutable_user() = to_proto(verified->user);
    co_return out;
  }

  Task<Result<v1::User>> update(CallContext, v1::UpdateUserRequest in) {
    Faults faults;
    ProfileEdit edit = from_proto(in.edit(), faults);
    if (faults) co_return faults.of_request();
    co_return shown(co_await users().edit_user(UserId{in.id()}, std::move(edit), at(in)));
  }

  Task<Result<v1::Done>> change_password(CallContext, v1::ChangePasswordRequest in) {
    co_return done(co_await users().change_password(UserId{in.id()}, in.password(), at(in)));
  }

  Task<Result<v1::Done>> set_status(CallContext, v1::SetUserStatusRequest in) {
    Faults faults;
    const UserStatus status = from_proto(in.status(), faults);
    if (faults) co_return faults.of_request();
    co_return done(co_await users().set_user_status(UserId{in.id()}, status, at(in)));
  }

  Task<Result<v1::Done>> set_role(CallContext, v1::SetUserRoleRequest in) {
    Faults faults;
    const UserRole role = from_proto(in.role(), faults);
    if (faults) co_return faults.of_request();
    co_return done(co_await users().set_user_role(UserId{in.id()}, role, at(in)));
  }

  // The row stays, for what the person wrote; nobody signs in with it again.
  Task<Result<v1::Done>> erase(CallContext, v1::DeleteUserRequest in) {
    co_return done(co_await users().set_user_status(UserId{in.id()}, UserStatus::erased, at(in)));
  }

  Task<Result<v1::Users>> search(CallContext, v1::SearchUsersRequest in) {
    co_return shown(co_await users().search_users(in.prefix(), UserId{in.after()}, in.limit()));
  }

  Task<Result<v1::UserSession>> user_session(CallContext, v1::UserIdRequest in) {
    const auto located = co_await parts_.registry.locate({UserId{in.id()}});
    if (!located) co_return located.error();
    v1::UserSession out;
    out.set_user_id(in.id());
    for (const GatewayRecipients& one : *located) out.add_gateway_ids(one.gateway);
    co_return out;
  }

  Task<Result<v1::Done>> add_friendship(CallContext, v1::FriendshipRequest in) {
    co_return done(co_await relations().add_friendship(UserId{in.a()}, UserId{in.b()}, at(in)));
  }

  Task<Result<v1::Whether>> remove_friendship(CallContext, v1::PairRequest in) {
    co_return yes(co_await relations().remove_friendship(UserId{in.a()}, UserId{in.b()}));
  }

  Task<Result<v1::UserIds>> friendships(CallContext, v1::UserIdRequest in) {
    co_return shown(co_await relations().friends(UserId{in.id()}));
  }

  Task<Result<v1::Done>> set_block(CallContext, v1::SetBlockRequest in) {
    co_return done(
        co_await relations().set_block(UserId{in.by()}, UserId{in.user_id()}, in.on(), at(in)));
  }

  Task<Result<v1::UserIds>> blocks(CallContext, v1::UserIdRequest in) {
    co_return shown(co_await relations().blocks(UserId{in.id()}));
  }

  Task<Result<v1::Whether>> blocked_between(CallContext, v1::PairRequest in) {
    co_return yes(co_await relations().blocked_between(UserId{in.a()}, UserId{in.b()}));
  }

 private:
  Task<Result<std::vector<User>>> shown_of(std::vector<UserId> ids) {
    if (parts_.shown != nullptr) return parts_.shown->people(std::move(ids));
    return users().users(std::move(ids));
  }
  static Result<v1::Whether> yes(const Result<bool>& result) {
    if (!result) return result.error();
    v1::Whether out;
    out.set_yes(*result);
    return out;
  }
  template <class Request>
  WallTime at(const Request& in) const {
    return time_or_now(in, parts_.clock);
  }
  UserRepo& users() { return parts_.repo.users; }
  RelationStore& relations() { return parts_.repo.relations; }

  RepoParts parts_;
};

}  // namespace

void add_user_methods(MethodTable& table, const RepoParts& parts) {
  using M = UserMethods;
  const auto methods = std::make_shared<M>(parts);
  const auto add = [&](std::string_view name, auto act) {
    serve_as(table, {repo_service, "gochat.v1.UserRepo"}, {name}, handled_by(methods, act));
  };
  add("CreateUser", &M::create_user);
  add("GetUser", &M::user);
  add("GetUsers", &M::users_of);
  add("GetUserByUsername", &M::user_by_name);
  add("VerifyPassword", &M::verify);
  add("UpdateUser", &M::update);
  add("ChangePassword", &M::change_password);
  add("SetUserStatus", &M::set_status);
  add("SetUserRole", &M::set_role);
  add("DeleteUser", &M::erase);
  add("SearchUsers", &M::search);
  add("GetUserSession", &M::user_session);
  add("AddFriendship", &M::add_friendship);
  add("RemoveFriendship", &M::remove_friendship);
  add("GetFriendships", &M::friendships);
  add("SetBlock", &M::set_block);
  add("GetBlocks", &M::blocks);
  add("BlockedBetween", &M::blocked_between);
}

MethodTable repo_methods(const RepoParts& parts) {
  MethodTable table;
  add_user_methods(table, parts);
  add_session_methods(table, parts);
  add_message_methods(table, parts);
  add_conversation_methods(table, parts);
  add_group_methods(table, parts);
  return table;
}

}  // namespace gochat::rpc

#include "logic/access.hpp"

#include <utility>

namespace gochat::logic {

namespace {
Error no_such_conversation() {
  return refused(ErrorCode::not_found, "this conversation does not exist");
}
}  // namespace

Error Access::no_such_group() { return refused(ErrorCode::not_found, "this group does not exist"); }

Task<Result<UserConversation>> Access::reads(Caller caller, ConversationId id) {
  if (id == world_id && !options_.world) co_return no_such_conversation();
  auto own = co_await repo_.conversations.conversation_for(caller.user, std::move(id));
  if (own.code() == ErrorCode::not_found) co_return no_such_conversation();
  co_return own;
}

Task<Result<Membership>> Access::is_in(Caller caller, GroupId id) {
  auto row = co_await repo_.groups.member(id, caller.user);
  if (!row) {
    if (row.code() == ErrorCode::not_found) co_return no_such_group();
    co_return row.error();
  }
  if (!*row) co_return no_such_group();
  if (!(*row)->present()) {
    co_return refused(ErrorCode::not_a_member, "you are not in this group any more");
  }
  co_return **row;
}

Task<Result<std::vector<UserConversation>>> Access::all_of(Caller caller) {
  std::vector<UserConversation> all;
  if (options_.world) {
    auto world = co_await repo_.conversations.conversation_for(caller.user, world_id);
    if (!world) co_return world.error();
    all.push_back(*std::move(world));
  }
  auto own = co_await repo_.conversations.conversations_for(caller.user);
  if (!own) co_return own.error();
  all.reserve(all.size() + own->size());
  for (auto& one : *own) all.push_back(std::move(one));
  co_return all;
}

Task<Result<User>> Access::person(UserId id, std::string field) {
  const std::vector<UserId> one{id};
  auto found = co_await repo_.users.users(one);
  if (!found) co_return found.error();
  if (found->empty() || found->front().status != UserStatus::active) {
    co_return refused(ErrorCode::not_found, field + ": there is no such user");
  }
  co_return std::move(found->front());
}

Task<Error> Access::as_seen_by(Caller caller, ConversationId id, Error error) {
  const bool tells = error.code == ErrorCode::not_a_member || error.code == ErrorCode::forbidden;
  if (!tells) co_return error;
  const auto own = co_await reads(caller, std::move(id));
  if (own.code() == ErrorCode::not_found) co_return no_such_conversation();
  co_return error;
}

Result<void> Access::registered(const Caller& caller) {
  if (caller.is_guest) return refused(ErrorCode::forbidden, "guests may not do this");
  return {};
}

User Access::public_part(User user) {
  user.email.clear();
  return user;
}

}  // namespace gochat::logic

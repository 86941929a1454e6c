// The ports of a RepoApi, each on the calls to repo.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/grpc/calls.hpp"
#include "adapters/grpc/repo_subjects.hpp"
#include "adapters/grpc/save_order.hpp"
#include "ports/repo_api.hpp"

namespace gochat::rpc {

constexpr Method read_method(std::string_view name) { return {repo_service, name, true, true}; }
// Carrying it out once more, later, is carrying it out once.
constexpr Method same_twice(std::string_view name) { return {repo_service, name, true}; }
constexpr Method once(std::string_view name) { return {repo_service, name, false}; }

class Remote {
 public:
  explicit Remote(Calls& calls) : calls_{calls} {}

 protected:
  // The message that answers, with the deadline of who names none.
  template <class Answer, class Request>
  Task<Result<Answer>> ask(Method method, Request request) {
    return calls_.unary<Answer>(method, std::move(request), calls_.soon());
  }
  template <class Request>
  Task<Result<void>> tell(Method method, Request request) {
    const auto answer = co_await ask<v1::Done>(method, std::move(request));
    if (!answer) co_return answer.error();
    co_return Result<void>{};
  }
  // What the answer stands for.
  template <class Answer, class Request>
  auto get(Method method, Request request)
      -> Task<Result<decltype(from_proto(std::declval<Answer>(), std::declval<Faults&>()))>> {
    const auto answer = co_await ask<Answer>(method, std::move(request));
    if (!answer) co_return answer.error();
    Faults faults;
    auto value = from_proto(*answer, faults);
    if (faults) co_return faults.of_answer();
    co_return value;
  }

  Calls& calls_;
};

class RemoteUsers final : public UserRepo, private Remote {
 public:
  using Remote::Remote;
  Task<Result<User>> create_user(CreateUser user) override;
  Task<Result<std::vector<User>>> users(std::vector<UserId> ids) override;
  Task<Result<User>> user_by_name(std::string username) override;
  Task<Result<VerifiedPassword>> verify_password(std::string username,
                                                 std::string password) override;
  Task<Result<User>> edit_user(UserId id, ProfileEdit edit, WallTime at) override;
  Task<Result<void>> change_password(UserId id, std::string password, WallTime at) override;
  Task<Result<void>> set_user_status(UserId id, UserStatus status, WallTime at) override;
  Task<Result<void>> set_user_role(UserId id, UserRole role, WallTime at) override;
  Task<Result<std::vector<User>>> search_users(std::string prefix, UserId after,
                                               std::size_t limit) override;
};

class RemoteSessions final : public SessionStore, private Remote {
 public:
  using Remote::Remote;
  Task<Result<void>> create(Session session, std::uint32_t password_version) override;
  Task<Result<Session>> find(SessionId id) override;
  Task<Result<std::vector<Session>>> list(UserId user) override;
  Task<Result<Session>> rotate(SessionId id, std::uint32_t gen, WallTime at) override;
  Task<Result<void>> mark_used(SessionId id, std::uint32_t gen, WallTime at) override;
  Task<Result<std::size_t>> revoke(RevokeQuery query, WallTime at) override;
  Task<Result<RevokedPage>> revoked_since(std::uint64_t cursor, std::size_t limit) override;
  Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) override;
};

class RemoteRelations final : public RelationStore, private Remote {
 public:
  using Remote::Remote;
  Task<Result<void>> add_friendship(UserId a, UserId b, WallTime at) override;
  Task<Result<bool>> remove_friendship(UserId a, UserId b) override;
  Task<Result<std::vector<UserId>>> friends(UserId user) override;
  Task<Result<void>> set_block(UserId by, UserId user, bool on, WallTime at) override;
  Task<Result<std::vector<UserId>>> blocks(UserId by) override;
  Task<Result<bool>> blocked_between(UserId a, UserId b) override;
};

class RemoteKeys final : public IdempotencyStore, private Remote {
 public:
  using Remote::Remote;
  Task<Result<std::optional<std::string>>> begin(IdempotencyKey key, WallTime at) override;
  Task<Result<void>> finish(IdempotencyKey key, std::string answer) override;
  Task<Result<void>> forget(IdempotencyKey key) override;
  Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) override;
};

class RemoteMessages final : public MessageRepo, private Remote {
 public:
  using Remote::Remote;
  Task<Result<std::string>> epoch() override;
  Task<Result<std::vector<LogAnswer>>> save(LogBatch batch, Deadline deadline) override;
  Task<Result<std::uint64_t>> raise_fence(std::string topic, std::int32_t partition) override;
  Task<Result<MessagePage>> page(PageQuery query) override;
  Task<Result<Message>> message(MessageId id) override;
  Task<Result<std::optional<Message>>> sent(UserId sender, std::string client_msg_id) override;
  Task<Result<std::vector<ConversationEvent>>> events(ConversationId conversation, EventNo after,
                                                      std::size_t limit) override;

 private:
  SaveOrder order_;
};

class RemoteConversations final : public ConversationRepo, private Remote {
 public:
  using Remote::Remote;
  Task<Result<Conversation>> conversation(ConversationId id) override;
  Task<Result<UserConversation>> conversation_for(UserId user, ConversationId id) override;
  Task<Result<std::vector<UserConversation>>> conversations_for(UserId user) override;
  Task<Result<std::optional<Conversation>>> single_of(UserId a, UserId b) override;
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override;
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(
      SessionId session) override;
};

class RemoteGroups final : public GroupRepo, private Remote {
 public:
  using Remote::Remote;
  Task<Result<Group>> group(GroupId id) override;
  Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) override;
  Task<Result<std::optional<Membership>>> member(GroupId id, UserId user) override;
  Task<Result<std::vector<Group>>> groups(GroupId after, std::size_t limit) override;
};

class RemoteInboxes final : public InboxStore, private Remote {
 public:
  using Remote::Remote;
  Task<Result<void>> add(std::vector<InboxAddition> additions) override;
  Task<Result<std::optional<std::vector<InboxEntry>>>> read(UserId user,
                                                            WallTime not_before) override;
  Task<Result<void>> fill(UserId user, std::vector<InboxEntry> entries) override;
};

}  // namespace gochat::rpc

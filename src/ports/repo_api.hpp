// What logic and task ask of repo: in one process its objects, in a cluster gRPC's RepoService.
// Each answers as the store port behind it does (ordering, errors, cancellation); repo adds caches,
// password hashing and the copies in Redis, and no answer depends on them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports/conversation_log.hpp"
#include "ports/conversation_store.hpp"
#include "ports/group_store.hpp"
#include "ports/idempotency_store.hpp"
#include "ports/inbox_store.hpp"
#include "ports/message_store.hpp"
#include "ports/relation_store.hpp"
#include "ports/session_store.hpp"
#include "ports/user_store.hpp"

namespace gochat {

struct CreateUser {
  UserId id;
  std::string username;
  std::string nickname;
  std::string email;
  std::string password;  // empty only for guests; hashed by repo, forgotten at once
  bool is_guest = false;
  UserRole role = UserRole::user;
  WallTime at;
};

struct VerifiedPassword {
  bool matches = false;
  User user;
};

class UserRepo {
 public:
  virtual ~UserRepo() = default;
  virtual Task<Result<User>> create_user(CreateUser user) = 0;
  virtual Task<Result<std::vector<User>>> users(std::vector<UserId> ids) = 0;
  virtual Task<Result<User>> user_by_name(std::string username) = 0;
  // Does the same work for an unknown name.
  virtual Task<Result<VerifiedPassword>> verify_password(std::string username,
                                                         std::string password) = 0;
  virtual Task<Result<User>> edit_user(UserId id, ProfileEdit edit, WallTime at) = 0;
  virtual Task<Result<void>> change_password(UserId id, std::string password, WallTime at) = 0;
  virtual Task<Result<void>> set_user_status(UserId id, UserStatus status, WallTime at) = 0;
  virtual Task<Result<void>> set_user_role(UserId id, UserRole role, WallTime at) = 0;
  virtual Task<Result<std::vector<User>>> search_users(std::string prefix, UserId after,
                                                       std::size_t limit) = 0;
};

// SessionStore, RelationStore, IdempotencyStore and InboxStore are served as they are.
class MessageRepo {
 public:
  virtual ~MessageRepo() = default;
  // Names this history: a store that was set back to an older state has another one.
  virtual Task<Result<std::string>> epoch() = 0;
  virtual Task<Result<std::vector<LogAnswer>>> save(LogBatch batch, Deadline deadline) = 0;
  virtual Task<Result<std::uint64_t>> raise_fence(std::string topic, std::int32_t partition) = 0;
  virtual Task<Result<MessagePage>> page(PageQuery query) = 0;
  virtual Task<Result<Message>> message(MessageId id) = 0;
  virtual Task<Result<std::optional<Message>>> sent(UserId sender, std::string client_msg_id) = 0;
  virtual Task<Result<std::vector<ConversationEvent>>> events(ConversationId conversation,
                                                              EventNo after, std::size_t limit) = 0;
};

class ConversationRepo {
 public:
  virtual ~ConversationRepo() = default;
  virtual Task<Result<Conversation>> conversation(ConversationId id) = 0;
  virtual Task<Result<UserConversation>> conversation_for(UserId user, ConversationId id) = 0;
  virtual Task<Result<std::vector<UserConversation>>> conversations_for(UserId user) = 0;
  virtual Task<Result<std::optional<Conversation>>> single_of(UserId a, UserId b) = 0;
  virtual Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) = 0;
  virtual Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(
      SessionId session) = 0;
};

class GroupRepo {
 public:
  virtual ~GroupRepo() = default;
  virtual Task<Result<Group>> group(GroupId id) = 0;
  virtual Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) = 0;
  virtual Task<Result<std::optional<Membership>>> member(GroupId id, UserId user) = 0;
  virtual Task<Result<std::vector<Group>>> groups(GroupId after, std::size_t limit) = 0;
};

struct RepoApi {
  UserRepo& users;
  SessionStore& sessions;
  RelationStore& relations;
  IdempotencyStore& keys;
  MessageRepo& messages;
  ConversationRepo& conversations;
  GroupRepo& groups;
  InboxStore& inboxes;
};

}  // namespace gochat

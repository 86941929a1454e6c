// What the gateway asks of logic: in one process its objects, in a cluster gRPC's LogicService.
// Logic decides what a caller may see and do; the caller's identity comes from the token alone.
// Ordering: a read that starts after a write was answered sees it. Idempotency: by client message
// id for sends; changes where their meaning is. Errors: the closed table; absent and forbidden look
// alike to strangers. Cancellation: a write that was started is carried out.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"
#include "domain/conversation.hpp"
#include "domain/membership.hpp"
#include "domain/message.hpp"
#include "domain/read_position.hpp"
#include "domain/user.hpp"
#include "ports/conversation_store.hpp"
#include "ports/message_store.hpp"
#include "ports/session_store.hpp"
#include "ports/user_store.hpp"

namespace gochat {

struct Caller {
  UserId user;
  SessionId session;
  bool is_guest = false;
};

struct SignedIn {
  User user;
  Session session;
  std::string token;
  std::int64_t expires_in_seconds = 0;
  std::string refresh_token;  // empty unless asked for
};

struct Registration {
  std::string username;
  std::string password;
  std::string nickname;
  std::string email;
};

struct SignInContext {
  std::string device;
  std::string address;  // for limits only
  bool wants_refresh = false;
};

class AuthApi {
 public:
  virtual ~AuthApi() = default;
  virtual Task<Result<SignedIn>> sign_up(Registration registration, SignInContext context) = 0;
  virtual Task<Result<SignedIn>> login(std::string username, std::string password,
                                       SignInContext context) = 0;
  virtual Task<Result<SignedIn>> guest(std::string name, SignInContext context) = 0;
  virtual Task<Result<SignedIn>> refresh(std::string refresh_token, SignInContext context) = 0;
  // Never fails for a dead token: there is nothing left to end.
  virtual Task<Result<void>> logout(std::string token) = 0;
  // The caller behind an access token, its session being alive.
  virtual Task<Result<Caller>> authenticate(std::string token) = 0;
  virtual Task<Result<void>> change_password(Caller caller, std::string old_password,
                                             std::string new_password) = 0;
  virtual Task<Result<void>> erase(Caller caller, std::string password) = 0;
  virtual Task<Result<std::vector<Session>>> sessions(Caller caller) = 0;
  virtual Task<Result<void>> revoke_session(Caller caller, SessionId session) = 0;
  virtual Task<Result<RevokedPage>> revoked_since(std::uint64_t cursor) = 0;
};

class PeopleApi {
 public:
  virtual ~PeopleApi() = default;
  virtual Task<Result<User>> profile(Caller caller) = 0;
  virtual Task<Result<User>> edit_profile(Caller caller, ProfileEdit edit) = 0;
  virtual Task<Result<User>> user_by_name(Caller caller, std::string username) = 0;
  virtual Task<Result<std::vector<User>>> users(std::vector<UserId> ids) = 0;
  virtual Task<Result<std::vector<User>>> search(Caller caller, std::string prefix, UserId after,
                                                 std::size_t limit) = 0;
  // Friends and single-chat peers, and whether they are connected.
  virtual Task<Result<std::vector<std::pair<UserId, bool>>>> online(Caller caller) = 0;
  virtual Task<Result<void>> add_friend(Caller caller, UserId user) = 0;
  virtual Task<Result<void>> remove_friend(Caller caller, UserId user) = 0;
  virtual Task<Result<std::vector<User>>> friends(Caller caller) = 0;
  virtual Task<Result<void>> set_block(Caller caller, UserId user, bool on) = 0;
  virtual Task<Result<std::vector<User>>> blocks(Caller caller) = 0;
};

// A message with what a reader needs beside it.
struct ShownMessage {
  Message message;
  std::string sender_name;
};

struct HistoryQuery {
  ConversationId conversation;
  std::optional<Seq> after{};
  std::optional<Seq> before{};
  std::optional<EventNo> after_event{};
  std::size_t limit = 50;
};

// Cursors move to up_to_seq and event_no, never to the head.
struct History {
  ConversationId conversation;
  std::vector<ShownMessage> messages;
  std::vector<ConversationEvent> events;
  std::vector<SeqRange> voids;
  Seq from_seq;
  Seq up_to_seq;
  EventNo event_no;
  Seq last_seq;
  bool has_more = false;
};

// A conversation in a list, as one user sees it.
struct ListedConversation {
  UserConversation conversation;
  User peer;  // single: the other one
};

struct SyncCursor {
  ConversationId conversation;
  Seq seq;
  EventNo event_no;
};

// A conversation with news against a sync's cursors. `known`: a cursor was given, and `from` is it,
// clipped to what exists.
struct SyncedConversation {
  ListedConversation listed;
  bool known = false;
  SyncCursor from;
  bool left = false;
};

class MessageApi {
 public:
  virtual ~MessageApi() = default;
  // Names the history that is served: whoever knows another one begins anew.
  virtual Task<Result<std::string>> epoch() = 0;
  virtual Task<Result<History>> history(Caller caller, HistoryQuery query) = 0;
  // Which of these users may see which messages of the range, both ends counted, ascending; a
  // message that none of them may see comes with nobody. Used by a gateway to fill a gap. A long
  // range may be answered in part: ask again from behind the last one.
  virtual Task<Result<std::vector<std::pair<ShownMessage, std::vector<UserId>>>>> pull_for_users(
      ConversationId conversation, SeqRange range, std::vector<UserId> users) = 0;
  virtual Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) = 0;
  // The conversations with news against the cursors, most recent first; without pages: the gateway
  // draws those one by one with `history`, as its outbox drains.
  virtual Task<Result<std::vector<SyncedConversation>>> news(Caller caller,
                                                             std::vector<SyncCursor> cursors) = 0;
  virtual Task<Result<void>> recall(Caller caller, MessageId message) = 0;
  virtual Task<Result<Message>> sent(Caller caller, std::string client_msg_id) = 0;
};

struct ConversationEdit {  // per-user settings, and for groups by role the group's own
  std::optional<bool> muted;
  std::optional<bool> pinned;
  std::optional<std::string> name;
  std::optional<std::string> avatar;
};

class ConversationApi {
 public:
  virtual ~ConversationApi() = default;
  // World first, then by last message time.
  virtual Task<Result<std::vector<ListedConversation>>> list(Caller caller) = 0;
  virtual Task<Result<ListedConversation>> get(Caller caller, ConversationId id) = 0;
  virtual Task<Result<ListedConversation>> open_single(Caller caller, UserId peer) = 0;
  virtual Task<Result<ListedConversation>> edit(Caller caller, ConversationId id,
                                                ConversationEdit edit) = 0;
  // No seq: up to the newest. Answers the unread count that is left.
  virtual Task<Result<std::uint64_t>> mark_read(Caller caller, ConversationId id,
                                                std::optional<Seq> to) = 0;
  virtual Task<Result<void>> acknowledge(Caller caller, ConversationId id, Seq to) = 0;
  virtual Task<Result<void>> typing(Caller caller, ConversationId id, bool on) = 0;
  // A user's first connection came or last one went.
  virtual Task<Result<void>> presence(UserId user, bool online) = 0;
};

struct NewGroup {
  std::string name{};
  std::string description{};
  std::string avatar{};
  std::vector<UserId> members{};
  JoinPolicy join_policy = JoinPolicy::open;
  std::optional<std::uint32_t> max_members{};
  bool history_visible = false;
};

struct GroupEdit {
  std::optional<std::string> name{};
  std::optional<std::string> description{};
  std::optional<std::string> avatar{};
  std::optional<JoinPolicy> join_policy{};
  std::optional<bool> history_visible{};
  std::optional<std::uint32_t> max_members{};
};

struct GroupMember {
  User user;
  Membership membership;
};

class GroupApi {
 public:
  virtual ~GroupApi() = default;
  virtual Task<Result<ListedConversation>> create(Caller caller, NewGroup group) = 0;
  virtual Task<Result<Group>> group_info(Caller caller, GroupId id) = 0;
  virtual Task<Result<Group>> edit_group(Caller caller, GroupId id, GroupEdit edit) = 0;
  virtual Task<Result<void>> disband(Caller caller, GroupId id) = 0;
  virtual Task<Result<ListedConversation>> join(Caller caller, GroupId id) = 0;
  virtual Task<Result<void>> leave(Caller caller, GroupId id) = 0;
  virtual Task<Result<std::vector<GroupMember>>> members(Caller caller, GroupId id, UserId after,
                                                         std::size_t limit) = 0;
  virtual Task<Result<void>> add_members(Caller caller, GroupId id, std::vector<UserId> users) = 0;
  virtual Task<Result<void>> remove_member(Caller caller, GroupId id, UserId user) = 0;
  virtual Task<Result<void>> set_role(Caller caller, GroupId id, UserId user, Role role) = 0;
  virtual Task<Result<void>> mute(Caller caller, GroupId id, UserId user, WallTime until) = 0;
  virtual Task<Result<void>> transfer(Caller caller, GroupId id, UserId to) = 0;
};

// Answers of requests that carried an Idempotency-Key.
class RepeatApi {
 public:
  virtual ~RepeatApi() = default;
  virtual Task<Result<std::optional<std::string>>> begin(Caller caller, std::string route,
                                                         std::string key,
                                                         std::uint64_t body_hash) = 0;
  // No answer: the request failed, and its key is free again.
  virtual Task<Result<void>> finish(Caller caller, std::string route, std::string key,
                                    std::uint64_t body_hash, std::optional<std::string> answer) = 0;
};

// A message and what has become of it: for what the caller was sent by their own position, for what
// they sent in a single chat by the other one's. Nobody's position speaks for a whole group: what
// one sent there stays stored.
struct TrackedMessage {
  ShownMessage shown;
  DeliveryStatus status = DeliveryStatus::stored;
};
struct TrackedPage {
  std::vector<TrackedMessage> messages;
  Seq up_to_seq;  // of one conversation: complete up to here
  bool has_more = false;
};

struct ConversationPosition {
  ConversationId conversation;
  Seq seq;
};

// What devices need that leave it to the server to know where they stand.
class TimelineApi {
 public:
  virtual ~TimelineApi() = default;
  // Of one conversation ascending from `after`.
  virtual Task<Result<TrackedPage>> pull(Caller caller, ConversationId id, Seq after,
                                         std::size_t limit) = 0;
  // Of single chats, what this device has not acknowledged, the oldest first; a conversation that
  // it never acknowledged reaches back as far as the inbox does. `shown` is what it was sent
  // already, whether acknowledged or not.
  virtual Task<Result<TrackedPage>> inbox(Caller caller, std::vector<ConversationPosition> shown,
                                          std::size_t limit) = 0;
  // Groups that hold more than this device acknowledged, or where it never did, more than the
  // person has read: each with where to go on from.
  virtual Task<Result<std::vector<ConversationPosition>>> missed_groups(Caller caller) = 0;
  // Answers where the device stands now. `read` is acknowledged too.
  virtual Task<Result<Seq>> advance(Caller caller, ConversationId id, Seq to,
                                    DeliveryStatus status) = 0;
};

struct LogicApi {
  AuthApi& auth;
  PeopleApi& people;
  MessageApi& messages;
  ConversationApi& conversations;
  GroupApi& groups;
  RepeatApi& repeats;
  TimelineApi& timeline;
};

}  // namespace gochat

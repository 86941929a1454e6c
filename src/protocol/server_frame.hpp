// What the server says on a socket, whatever dialect it is said in. A frame is encoded where it is
// built, so these hold views: what they point at must outlive the call of `encode`, no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "domain/conversation.hpp"
#include "domain/ids.hpp"
#include "domain/limits.hpp"
#include "domain/message.hpp"
#include "domain/read_position.hpp"
#include "protocol/close_code.hpp"
#include "protocol/error_text.hpp"

namespace gochat::protocol {

struct MessageView {
  const Message& message;
  std::string_view sender_name;
  DeliveryStatus status = DeliveryStatus::stored;
};

// The other person of a single conversation, or the group. World is the group "world".
struct PeerView {
  UserId user;
  std::string_view username;
  std::string_view avatar;
  std::optional<bool> online;
  std::string_view nickname = {};
};
struct GroupView {
  std::string_view id;
  std::string_view name;
  std::string_view avatar;
  std::uint32_t member_count = 0;
};
using TargetView = std::variant<PeerView, GroupView>;

// A conversation in a list, or the part of it that changed: members that are absent are not said.
struct ConversationView {
  const ConversationId& id;
  std::optional<ConversationKind> kind{};
  std::optional<TargetView> target{};
  std::optional<std::string_view> last_message{};
  std::optional<WallTime> last_message_time{};
  std::optional<std::uint64_t> unread{};
  std::optional<Seq> last_seq{};
  std::optional<Seq> read_seq{};
  std::optional<bool> muted{};
  std::optional<bool> pinned{};
};

// A page of history. Cursors move to `up_to_seq` and `event_no`, never to the head.
struct PageView {
  std::span<const MessageView> messages{};
  std::span<const ConversationEvent> events{};
  std::span<const std::pair<Seq, Seq>> voids{};  // [from, to], nothing will ever be there
  std::optional<Seq> from_seq{};                 // of a page that was asked for backwards
  Seq up_to_seq{};
  EventNo event_no{};
  bool has_more = false;
};

// What a client may rely on; announced so that no client needs to know a number by heart.
struct AnnouncedLimits {
  std::size_t frame_bytes = limits::frame_bytes_max;
  std::size_t content_code_points = limits::content_code_points_max;
  std::size_t content_bytes = limits::content_bytes_max;
  std::size_t client_msg_id_bytes = limits::client_msg_id_bytes_max;
  std::size_t page_messages = limits::page_messages_max;
  std::size_t sync_cursors = limits::sync_cursors_max;
  double sends_burst = limits::sends_burst;
  double sends_per_second = limits::sends_per_second;
};

struct Connected {
  SessionId session;
  UserId user;
  std::uint32_t heartbeat_seconds = 0;
  AnnouncedLimits limits{};
  WallTime server_time;
  std::string_view epoch;
};

// The send is durable in the queue; its end comes later.
struct MessageAccepted {
  std::string_view client_msg_id;
};
struct MessageStored {
  std::string_view client_msg_id;
  const ConversationId& conversation;
  MessageId message_id;
  Seq seq;
  WallTime sent_at;
  bool duplicate = false;
};

struct NewMessage {
  MessageView message;
};

struct ErrorFrame {
  const Error& error;
  std::string_view client_msg_id{};  // of a refused send
  Language language = Language::english;
};

struct PullResult {
  const ConversationId& conversation;
  PageView page;
  std::string_view epoch;
};

// Messages of several conversations, the oldest first.
struct InboxPage {
  std::span<const MessageView> messages{};
  bool has_more = false;
};

struct SyncedView {
  ConversationView conversation;
  PageView page;
  bool left = false;
};
struct SyncResult {
  std::span<const SyncedView> conversations{};
  std::string_view epoch;
  bool complete = false;
};

// `event` is what changed it, when it has a place in the order (a role, a setting).
struct ConversationUpdate {
  ConversationView conversation;
  const ConversationEvent* event = nullptr;
};

struct ReadNotice {
  const ConversationId& conversation;
  UserId user;
  Seq read_seq;
};
struct DeliveredNotice {
  const ConversationId& conversation;
  UserId user;
  Seq ack_seq;
};
// Where a device of the user stands after its own `ack` or `mark-read`.
struct PositionStands {
  const ConversationId& conversation;
  Seq seq;
  DeliveryStatus status = DeliveryStatus::delivered;
};
struct TypingNotice {
  const ConversationId& conversation;
  UserId user;
  bool on = false;
};

struct OnlineView {
  UserId user;
  bool online = false;
};
// One is said as an object, several as a list.
struct FriendOnline {
  std::span<const OnlineView> friends;
};
struct GroupMemberOnline {
  GroupId group;
  UserId user;
  bool online = false;
};

struct MessageRecalled {
  const ConversationId& conversation;
  MessageId message_id;
  Seq seq;
  UserId by;
  EventNo event_no;
};

struct MembersChanged {
  const ConversationId& conversation;
  GroupId group;
  std::span<const UserId> users;
  UserId by;
  EventNo event_no;
  std::uint32_t member_count = 0;
  bool added = true;
};

struct Pong {
  WallTime server_time;
  std::uint64_t mark = 0;  // the sum of lastSeq + eventNo over the user's conversations
};

// Before a close by the server. What the client should do next is the close code's.
struct Bye {
  CloseCode code = CloseCode::normal;
  std::uint32_t after_ms = 0;
};

using ServerFrame =
    std::variant<Connected, MessageAccepted, MessageStored, NewMessage, ErrorFrame, PullResult,
                 SyncResult, ConversationUpdate, ReadNotice, DeliveredNotice, TypingNotice,
                 FriendOnline, GroupMemberOnline, MessageRecalled, MembersChanged, Pong, Bye,
                 InboxPage, PositionStands>;

}  // namespace gochat::protocol

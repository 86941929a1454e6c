#include "protocol/classic_codec.hpp"
#include "protocol/frame_codec.hpp"
#include "protocol/server_json.hpp"

namespace gochat::protocol {
namespace {

// What a message frame needs beside its content and names: member names, ids, time.
constexpr std::size_t message_frame_bytes = 400;

std::string_view type_of(const Connected&) { return "connected"; }
std::string_view type_of(const MessageAccepted&) { return "message-ack"; }
std::string_view type_of(const MessageStored&) { return "message-ack"; }
std::string_view type_of(const NewMessage&) { return "new-message"; }
std::string_view type_of(const ErrorFrame&) { return "error"; }
std::string_view type_of(const PullResult&) { return "pull-result"; }
std::string_view type_of(const SyncResult&) { return "sync-result"; }
std::string_view type_of(const ConversationUpdate&) { return "conversation-update"; }
std::string_view type_of(const ReadNotice&) { return "read"; }
std::string_view type_of(const DeliveredNotice&) { return "delivered"; }
std::string_view type_of(const TypingNotice&) { return "typing"; }
std::string_view type_of(const FriendOnline&) { return "friend-online"; }
std::string_view type_of(const GroupMemberOnline&) { return "group-member-online"; }
std::string_view type_of(const MessageRecalled&) { return "message-recalled"; }
std::string_view type_of(const MembersChanged& change) {
  return change.added ? "member-added" : "member-removed";
}
std::string_view type_of(const Pong&) { return "pong"; }
std::string_view type_of(const Bye&) { return "bye"; }

void write(JsonWriter& json, const AnnouncedLimits& limits) {
  json.begin_object()
      .member("frameBytes", limits.frame_bytes)
      .member("contentCodePoints", limits.content_code_points)
      .member("contentBytes", limits.content_bytes)
      .member("clientMsgIdBytes", limits.client_msg_id_bytes)
      .member("pageMessages", limits.page_messages)
      .member("syncCursors", limits.sync_cursors)
      .member("sendsBurst", limits.sends_burst)
      .member("sendsPerSecond", limits.sends_per_second)
      .end_object();
}

void write(JsonWriter& json, const Connected& frame) {
  json.begin_object()
      .member("sessionId", frame.session)
      .member("userId", frame.user)
      .member("heartbeatSeconds", frame.heartbeat_seconds)
      .key("limits");
  write(json, frame.limits);
  json.member("serverTime", frame.server_time).member("epoch", frame.epoch).end_object();
}

void write(JsonWriter& json, const MessageAccepted& frame) {
  json.begin_object()
      .member("tempMessageId", frame.client_msg_id)
      .member("clientMsgId", frame.client_msg_id)
      .member("messageId", frame.client_msg_id)
      .member("status", "accepted")
      .end_object();
}

void write(JsonWriter& json, const MessageStored& frame) {
  json.begin_object()
      .member("tempMessageId", frame.client_msg_id)
      .member("clientMsgId", frame.client_msg_id)
      .member("messageId", frame.message_id)
      .member("status", "stored")
      .member("conversationId", frame.conversation)
      .member("seqId", frame.seq)
      .member("sendTime", frame.sent_at)
      .member("duplicate", frame.duplicate)
      .end_object();
}

void write(JsonWriter& json, const NewMessage& frame) {
  json.begin_object().member("conversationId", frame.message.message.conversation).key("message");
  write_message(json, frame.message);
  json.end_object();
}

void write(JsonWriter& json, const ErrorFrame& frame) {
  const auto& row = error_row(shown_code(frame.error.code));
  json.begin_object()
      .member("code", row.name)
      .member("num", row.number)
      .member("message", error_message(frame.error, frame.language))
      .member("retryable", row.retryable);
  if (frame.error.retry_after_ms != 0) json.member("retryAfterMs", frame.error.retry_after_ms);
  if (!frame.client_msg_id.empty()) {
    json.member("tempMessageId", frame.client_msg_id).member("clientMsgId", frame.client_msg_id);
  }
  json.end_object();
}

void write_page_members(JsonWriter& json, const PageView& page) {
  json.key("messages").begin_array();
  for (const auto& message : page.messages) write_message(json, message);
  json.end_array();
  if (page.from_seq) json.member("fromSeq", *page.from_seq);
  json.member("upToSeq", page.up_to_seq).member("hasMore", page.has_more);
  json.key("voids").begin_array();
  for (const auto& [from, to] : page.voids) {
    json.begin_array().number(from.number()).number(to.number()).end_array();
  }
  json.end_array().key("events").begin_array();
  for (const auto& event : page.events) write_event(json, event);
  json.end_array().member("eventNo", page.event_no);
}

void write(JsonWriter& json, const PullResult& frame) {
  json.begin_object().member("conversationId", frame.conversation);
  write_page_members(json, frame.page);
  json.member("epoch", frame.epoch).end_object();
}

void write(JsonWriter& json, const SyncResult& frame) {
  json.begin_object().key("conversations").begin_array();
  for (const auto& synced : frame.conversations) {
    json.begin_object().member("conversationId", synced.conversation.id);
    if (synced.left) json.member("left", true);
    write_conversation_members(json, synced.conversation);
    write_page_members(json, synced.page);
    json.end_object();
  }
  json.end_array().member("epoch", frame.epoch).member("complete", frame.complete).end_object();
}

void write(JsonWriter& json, const ConversationUpdate& frame) {
  json.begin_object()
      .member("type", type_of(frame))  // the existing front-end looks for it here
      .member("conversationId", frame.conversation.id)
      .key("updates")
      .begin_object();
  write_conversation_members(json, frame.conversation);
  json.end_object();
  if (frame.event) {
    json.key("event");
    write_event(json, *frame.event);
  }
  json.end_object();
}

void write(JsonWriter& json, const ReadNotice& frame) {
  json.begin_object().member("conversationId", frame.conversation).member("userId", frame.user);
  json.member("readSeq", frame.read_seq).end_object();
}

void write(JsonWriter& json, const DeliveredNotice& frame) {
  json.begin_object().member("conversationId", frame.conversation).member("userId", frame.user);
  json.member("ackSeq", frame.ack_seq).end_object();
}

void write(JsonWriter& json, const TypingNotice& frame) {
  json.begin_object().member("conversationId", frame.conversation).member("userId", frame.user);
  json.member("on", frame.on).end_object();
}

void write(JsonWriter& json, const FriendOnline& frame) {
  const bool is_list = frame.friends.size() != 1;
  if (is_list) json.begin_array();
  for (const auto& one : frame.friends) {
    json.begin_object().member("userId", one.user).member("online", one.online).end_object();
  }
  if (is_list) json.end_array();
}

void write(JsonWriter& json, const GroupMemberOnline& frame) {
  json.begin_object().member("groupId", frame.group).member("userId", frame.user);
  json.member("online", frame.online).end_object();
}

void write(JsonWriter& json, const MessageRecalled& frame) {
  json.begin_object()
      .member("conversationId", frame.conversation)
      .member("messageId", frame.message_id)
      .member("seqId", frame.seq)
      .member("by", frame.by)
      .member("eventNo", frame.event_no)
      .end_object();
}

void write(JsonWriter& json, const MembersChanged& frame) {
  json.begin_object().member("conversationId", frame.conversation).member("groupId", frame.group);
  json.key("userIds").begin_array();
  for (const auto user : frame.users) json.id(user.number());
  json.end_array().member("by", frame.by).member("eventNo", frame.event_no);
  json.member("memberCount", frame.member_count).end_object();
}

void write(JsonWriter& json, const Pong& frame) {
  json.begin_object().member("serverTime", frame.server_time).member("mark", frame.mark);
  json.end_object();
}

void write(JsonWriter& json, const Bye& frame) {
  const auto& row = close_row(frame.code);
  json.begin_object()
      .member("code", static_cast<std::uint16_t>(frame.code))
      .member("reason", row.reason)
      .member("reconnect", reconnect_name(row.reconnect))
      .member("afterMs", frame.after_ms)
      .end_object();
}

template <class Frame>
std::string framed(const Frame& frame, std::string_view re, std::size_t bytes_expected) {
  JsonWriter json{bytes_expected};
  json.begin_object().member("type", type_of(frame));
  if (!re.empty()) json.member("re", re);
  json.key("data");
  write(json, frame);
  return std::move(json.end_object()).take();
}

// The classic dialect has `sync-result` for the one, and takes positions without an answer.
template <class Frame>
constexpr bool is_unsaid =
    std::is_same_v<Frame, InboxPage> || std::is_same_v<Frame, PositionStands>;

class ClassicCodec final : public FrameCodec {
 public:
  ClientFrame parse(std::string_view bytes) const override { return parse_classic(bytes); }
  std::string encode(const ServerFrame& frame, std::string_view re) const override {
    return encode_classic(frame, re);
  }
  bool is_text() const override { return true; }
};

}  // namespace

std::string encode_classic(const NewMessage& frame) {
  const auto& message = frame.message.message;
  return framed(frame, {},
                message_frame_bytes + message.content.size() + message.client_msg_id.size() +
                    2 * message.conversation.text().size() + frame.message.sender_name.size());
}

std::string encode_classic(const ServerFrame& frame, std::string_view re) {
  if (const auto* message = std::get_if<NewMessage>(&frame)) return encode_classic(*message);
  return std::visit(
      [&]<class Frame>(const Frame& one) -> std::string {
        if constexpr (is_unsaid<Frame>) {
          return {};
        } else {
          return framed(one, re, message_frame_bytes);
        }
      },
      frame);
}

const FrameCodec& classic_codec() {
  static const ClassicCodec codec;
  return codec;
}

}  // namespace gochat::protocol

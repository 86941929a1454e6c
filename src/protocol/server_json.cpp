#include "protocol/server_json.hpp"

namespace gochat::protocol {
namespace {

void write_target(JsonWriter& json, const PeerView& peer) {
  json.begin_object().member("userId", peer.user).member("username", peer.username);
  json.member("avatar", peer.avatar);
  if (!peer.nickname.empty()) json.member("nickname", peer.nickname);
  if (peer.online) json.member("online", *peer.online);
  json.end_object();
}

void write_target(JsonWriter& json, const GroupView& group) {
  json.begin_object().member("groupId", group.id).member("groupName", group.name);
  json.member("avatar", group.avatar).member("memberCount", group.member_count).end_object();
}

}  // namespace

void write_message(JsonWriter& json, const MessageView& view) {
  const auto& message = view.message;
  json.begin_object()
      .member("messageId", message.id)
      .member("conversationId", message.conversation)
      .member("senderId", message.sender)
      .member("senderName", view.sender_name)
      .member("content", message.recalled ? std::string_view{} : message.content)
      .member("type", message_type_name(message.type))
      .member("sendTime", message.sent_at)
      .member("seqId", message.seq)
      .member("clientMsgId", message.client_msg_id)
      .member("status", message.recalled ? "recalled" : "sent");
  if (message.reply_to) json.member("replyTo", message.reply_to);
  json.end_object();
}

void write_conversation(JsonWriter& json, const ConversationView& view) {
  json.begin_object().member("conversationId", view.id);
  write_conversation_members(json, view);
  json.end_object();
}

void write_conversation_members(JsonWriter& json, const ConversationView& view) {
  if (view.kind) json.member("type", kind_name(*view.kind));
  if (view.target) {
    json.key("target");
    std::visit([&](const auto& target) { write_target(json, target); }, *view.target);
  }
  if (view.last_message) json.member("lastMessage", *view.last_message);
  if (view.last_message_time) json.member("lastMessageTime", *view.last_message_time);
  if (view.unread) json.member("unreadCount", *view.unread);
  if (view.last_seq) json.member("lastSeq", *view.last_seq);
  if (view.read_seq) json.member("readSeq", *view.read_seq);
  if (view.muted) json.member("muted", *view.muted);
  if (view.pinned) json.member("pinned", *view.pinned);
}

void write_event(JsonWriter& json, const ConversationEvent& event) {
  json.begin_object()
      .member("eventNo", event.no)
      .member("atSeq", event.at_seq)
      .member("kind", event_name(event.kind))
      .member("by", event.actor)
      .member("time", event.at);
  switch (event.kind) {
    case EventKind::recall:
      json.member("messageId", MessageId{event.subject});
      json.member("seqId", Seq{static_cast<std::uint64_t>(event.argument)});
      break;
    case EventKind::role:
      json.member("userId", UserId{event.subject}).member("role", event.argument);
      break;
    case EventKind::mute:
      json.member("userId", UserId{event.subject}).key("mutedUntil");
      if (event.argument == 0) {
        json.null();  // may speak again
      } else {
        json.time(wall_time(event.argument));
      }
      break;
    case EventKind::disband:
    case EventKind::settings:
      break;
    default:
      json.member("userId", UserId{event.subject});
  }
  json.end_object();
}

}  // namespace gochat::protocol

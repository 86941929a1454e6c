#include "adapters/webhook/webhook_ports.hpp"

#include "protocol/json_writer.hpp"

namespace gochat::webhook {
namespace {

using protocol::JsonWriter;

void write_message(JsonWriter& out, const Message& message, const std::string& sender_name) {
  out.member("messageId", message.id).member("conversationId", message.conversation);
  out.member("seqId", message.seq.number()).member("senderId", message.sender);
  out.member("senderName", sender_name);
  out.member("messageType", message.type == MessageType::image ? "image" : "text");
  out.member("recalled", message.recalled).member("content", message.content);
  out.member("createdAt", message.sent_at);
}

}  // namespace

Task<Result<void>> WebhookPushSender::push(PushNote note) {
  JsonWriter out;
  out.begin_object().member("event", "push");
  write_message(out, note.message, note.sender_name);
  out.key("to").begin_array();
  for (const UserId user : note.to) out.id(user.number());
  out.end_array().end_object();
  return webhook_.post("push", note.message.id.text(), std::move(out).take());
}

Task<Result<void>> WebhookMessageHook::tell(Message message, std::string sender_name) {
  JsonWriter out;
  out.begin_object().member("event", kind_);
  write_message(out, message, sender_name);
  out.end_object();
  return webhook_.post(kind_, message.id.text(), std::move(out).take());
}

}  // namespace gochat::webhook

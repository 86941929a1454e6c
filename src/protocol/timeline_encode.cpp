#include "protocol/frame_codec.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/timeline_codec.hpp"
#include "protocol/timeline_packet.hpp"

namespace gochat::protocol {
namespace {

using timeline::Command;
using timeline::Question;

// What a packet needs beside the content and the ids of its messages.
constexpr std::size_t packet_bytes = 256;

// The members that the original's structs leave out when they are empty.
JsonWriter& begin(JsonWriter& json, std::int64_t command, ErrorCode code, std::string_view msg_id,
                  Seq seq = {}) {
  json.begin_object().member("cmd", command).member("code", error_row(shown_code(code)).number);
  if (!msg_id.empty()) json.member("msg_id", msg_id);
  if (seq) json.member("seq", seq);
  return json;
}

std::string finished(JsonWriter& json) { return std::move(json.end_object().end_object()).take(); }

std::uint8_t number_of(DeliveryStatus status) { return static_cast<std::uint8_t>(status); }

void write_message(JsonWriter& json, const MessageView& view) {
  const Message& message = view.message;
  begin(json, Command::chat, ErrorCode::ok, message.client_msg_id, message.seq)
      .key("payload")
      .begin_object()
      .member("conversation_id", message.conversation)
      .member("sender_id", message.sender)
      .member("content", message.recalled ? std::string_view{} : message.content)
      .member("msg_type", static_cast<std::uint8_t>(message.type))
      .member("status", number_of(view.status))
      .member("send_time", ms(message.sent_at))
      .end_object()
      .end_object();
}

// Each row is what its push was, so that a client has one way to take both.
void write_messages(JsonWriter& json, std::span<const MessageView> messages) {
  json.key("messages").begin_array();
  for (const MessageView& message : messages) write_message(json, message);
  json.end_array();
}

class Packets {
 public:
  explicit Packets(std::string_view re) : question_{Question::of(re)} {}

  std::string operator()(const NewMessage& frame) const {
    JsonWriter json{packet_bytes + frame.message.message.content.size()};
    write_message(json, frame.message);
    return std::move(json).take();
  }

  std::string operator()(const Connected& frame) const {
    JsonWriter json{packet_bytes};
    begin(json, Command::login, ErrorCode::ok, question_.msg_id)
        .key("payload")
        .begin_object()
        .member("user_id", frame.user)
        .member("session_id", frame.session)
        .member("heartbeat_seconds", frame.heartbeat_seconds)
        .member("server_time", ms(frame.server_time))
        .member("epoch", frame.epoch);
    return finished(json);
  }

  // Without a seq: it waits in the queue, and its seq comes with the next one.
  std::string operator()(const MessageAccepted& frame) const {
    JsonWriter json{packet_bytes};
    begin(json, Command::chat, ErrorCode::ok, frame.client_msg_id);
    return std::move(json.end_object()).take();
  }

  // A retry is answered in the same bytes: that it is one is the server's business.
  std::string operator()(const MessageStored& frame) const {
    JsonWriter json{packet_bytes};
    begin(json, Command::chat, ErrorCode::ok, frame.client_msg_id, frame.seq)
        .key("payload")
        .begin_object()
        .member("conversation_id", frame.conversation)
        .member("message_id", frame.message_id)
        .member("status", number_of(DeliveryStatus::stored))
        .member("send_time", ms(frame.sent_at));
    return finished(json);
  }

  std::string operator()(const ErrorFrame& frame) const {
    const bool of_send = question_.msg_id.empty() && !frame.client_msg_id.empty();
    const auto& row = error_row(shown_code(frame.error.code));
    JsonWriter json{packet_bytes};
    begin(json, question_.command, frame.error.code,
          of_send ? frame.client_msg_id : question_.msg_id)
        .key("payload")
        .begin_object()
        .member("name", row.name)
        .member("message", error_message(frame.error, frame.language))
        .member("retryable", row.retryable);
    if (frame.error.retry_after_ms != 0) json.member("retry_after_ms", frame.error.retry_after_ms);
    return finished(json);
  }

  // `seq` is what this is complete up to: the local_seq of the next pull.
  std::string operator()(const PullResult& frame) const {
    JsonWriter json{packet_bytes};
    begin(json, Command::pull, ErrorCode::ok, question_.msg_id, frame.page.up_to_seq)
        .key("payload")
        .begin_object()
        .member("conversation_id", frame.conversation);
    write_messages(json, frame.page.messages);
    json.member("has_more", frame.page.has_more);
    return finished(json);
  }

  std::string operator()(const InboxPage& frame) const {
    JsonWriter json{packet_bytes};
    begin(json, Command::pull, ErrorCode::ok, question_.msg_id).key("payload").begin_object();
    write_messages(json, frame.messages);
    json.member("has_more", frame.has_more);
    return finished(json);
  }

  std::string operator()(const PositionStands& frame) const {
    JsonWriter json{packet_bytes};
    begin(json, Command::ack, ErrorCode::ok, question_.msg_id, frame.seq)
        .key("payload")
        .begin_object()
        .member("conversation_id", frame.conversation)
        .member("status", number_of(frame.status));
    return finished(json);
  }

  std::string operator()(const DeliveredNotice& frame) const {
    return moved(frame.conversation, frame.user, frame.ack_seq, DeliveryStatus::delivered);
  }
  std::string operator()(const ReadNotice& frame) const {
    return moved(frame.conversation, frame.user, frame.read_seq, DeliveryStatus::read);
  }

  std::string operator()(const Pong& frame) const {
    JsonWriter json{packet_bytes};
    begin(json, Command::heartbeat, ErrorCode::ok, question_.msg_id)
        .key("payload")
        .begin_object()
        .member("server_time", ms(frame.server_time))
        .member("mark", frame.mark);
    return finished(json);
  }

  std::string operator()(const auto&) const { return {}; }

 private:
  // Somebody's position moved: every message up to `seq` that they were sent has this status now.
  static std::string moved(const ConversationId& conversation, UserId user, Seq seq,
                           DeliveryStatus status) {
    JsonWriter json{packet_bytes};
    begin(json, Command::ack, ErrorCode::ok, {}, seq)
        .key("payload")
        .begin_object()
        .member("conversation_id", conversation)
        .member("user_id", user)
        .member("status", number_of(status));
    return finished(json);
  }

  Question question_;
};

class TimelineCodec final : public FrameCodec {
 public:
  ClientFrame parse(std::string_view bytes) const override { return parse_timeline(bytes); }
  std::string encode(const ServerFrame& frame, std::string_view re) const override {
    return encode_timeline(frame, re);
  }
  bool is_text() const override { return true; }
};

}  // namespace

std::string encode_timeline(const ServerFrame& frame, std::string_view re) {
  return std::visit(Packets{re}, frame);
}

const FrameCodec& timeline_codec() {
  static const TimelineCodec codec;
  return codec;
}

}  // namespace gochat::protocol

// A message, and what makes two sends of one client id the same send.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

enum class MessageType : std::uint8_t { text = 1, image = 2 };

struct Message {
  MessageId id;
  ConversationId conversation;
  UserId sender;
  std::string client_msg_id;
  std::uint64_t content_hash = 0;
  MessageType type = MessageType::text;
  std::string content;
  MessageId reply_to;
  Seq seq;
  bool recalled = false;
  WallTime sent_at;

  bool operator==(const Message&) const = default;
};

// Over conversation, type, content and reply: a repeated client id with another hash is a conflict,
// not a retry. Only the sender could be hurt by a collision, so 64 bits of an unkeyed SipHash are
// enough.
std::uint64_t content_hash(const ConversationId& conversation, MessageType type,
                           std::string_view content, MessageId reply_to);

// What a client may say: 1 to 5,000 code points, at most 20,000 bytes, valid UTF-8; an image is an
// http(s) URL. The error's hint names the limit.
Result<void> check_content(MessageType type, std::string_view content);
Result<void> check_client_msg_id(std::string_view id);
Result<MessageType> message_type(std::int64_t number);
Result<MessageType> message_type(std::string_view name);
std::string_view message_type_name(MessageType type);

// The first 100 code points, for conversation lists.
std::string preview(std::string_view content);

}  // namespace gochat

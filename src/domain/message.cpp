#include "domain/message.hpp"

#include <cstring>

#include "base/utf8.hpp"
#include "domain/limits.hpp"
#include "domain/siphash.hpp"
#include "domain/url.hpp"

namespace gochat {
namespace {

// Public on purpose and fixed for ever: the hashes are stored.
constexpr SipKey where_key{0x676f636861742e63ULL, 0x6f6e766572736174ULL};
constexpr SipKey what_key{0x676f636861742e6dULL, 0x6573736167652e31ULL};

}  // namespace

std::uint64_t content_hash(const ConversationId& conversation, MessageType type,
                           std::string_view content, MessageId reply_to) {
  // The short parts become the key of the long one: no joined copy, and no two splits hash alike.
  char what[9] = {static_cast<char>(type)};
  const auto reply = reply_to.number();
  std::memcpy(what + 1, &reply, sizeof reply);
  const SipKey key{siphash(where_key, conversation.text()), siphash(what_key, {what, sizeof what})};
  return siphash(key, content);
}

Result<void> check_content(MessageType type, std::string_view content) {
  if (content.empty()) return refused(ErrorCode::invalid_params, "content is empty");
  if (content.size() > limits::content_bytes_max) {
    return refused(ErrorCode::too_large, "content is longer than " +
                                             std::to_string(limits::content_bytes_max) + " bytes");
  }
  const auto code_points = count_code_points(content);
  if (!code_points) return refused(ErrorCode::invalid_params, "content is not valid UTF-8");
  if (*code_points > limits::content_code_points_max) {
    return refused(ErrorCode::too_large, "content is longer than " +
                                             std::to_string(limits::content_code_points_max) +
                                             " characters");
  }
  if (type == MessageType::image && !is_http_url(content)) {
    return refused(ErrorCode::invalid_params, "content of an image is an http or https URL");
  }
  return {};
}

Result<void> check_client_msg_id(std::string_view id) {
  if (id.empty()) return refused(ErrorCode::invalid_params, "clientMsgId is empty");
  if (id.size() > limits::client_msg_id_bytes_max) {
    return refused(
        ErrorCode::invalid_params,
        "clientMsgId is longer than " + std::to_string(limits::client_msg_id_bytes_max) + " bytes");
  }
  if (!count_code_points(id)) {
    return refused(ErrorCode::invalid_params, "clientMsgId is not valid UTF-8");
  }
  return {};
}

Result<MessageType> message_type(std::int64_t number) {
  switch (number) {
    case 1:
      return MessageType::text;
    case 2:
      return MessageType::image;
    default:
      return refused(ErrorCode::invalid_params, "messageType is 1 (text) or 2 (image)");
  }
}

Result<MessageType> message_type(std::string_view name) {
  if (name == "text") return MessageType::text;
  if (name == "image") return MessageType::image;
  return refused(ErrorCode::invalid_params, "messageType is text or image");
}

std::string_view message_type_name(MessageType type) {
  return type == MessageType::image ? "image" : "text";
}

std::string preview(std::string_view content) {
  return std::string{first_code_points(content, limits::preview_code_points_max)};
}

}  // namespace gochat

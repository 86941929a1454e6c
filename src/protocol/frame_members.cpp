#include "protocol/frame_members.hpp"

#include "base/utf8.hpp"
#include "domain/limits.hpp"

namespace gochat::protocol {

Error invalid(std::string hint) { return refused(ErrorCode::invalid_params, std::move(hint)); }

std::string_view limited_text(strict::Members& members, std::uint8_t slot, std::size_t bytes_max) {
  const auto text = members.text(slot);
  if (text.size() <= bytes_max) return text;
  members.fail(invalid(std::string{members.name(slot)} + " is longer than " +
                       std::to_string(bytes_max) + " bytes"));
  return {};
}

ConversationId conversation_in(strict::Members& members, std::uint8_t slot) {
  return ConversationId{
      std::string{limited_text(members, slot, limits::conversation_id_bytes_max)}};
}

ConversationId needed_conversation(strict::Members& members, std::uint8_t slot) {
  auto id = conversation_in(members, slot);
  if (!id) members.fail(invalid(std::string{members.name(slot)} + " is missing"));
  return id;
}

MessageType message_type_in(strict::Members& members, std::uint8_t slot) {
  const auto value = members.value(slot);
  if (!value) return MessageType::text;
  std::int64_t number = 0;
  auto type = value->is_string()                ? message_type(members.text(slot))
              : !value->get_int64().get(number) ? message_type(number)
                                                : message_type(std::int64_t{0});
  if (type) return *type;
  members.fail(std::move(type).error());
  return MessageType::text;
}

std::string echo_of(const std::optional<strict::element>& value) {
  std::string_view said;
  if (!value || value->get_string().get(said)) return {};
  return std::string{first_whole_bytes(said, echoed_bytes_max)};
}

Object object_in(strict::Members& members, std::uint8_t slot) {
  const auto value = members.value(slot);
  if (!value) return std::nullopt;
  strict::object content;
  if (!value->get_object().get(content)) return content;
  members.fail(invalid(std::string{members.name(slot)} + " is an object"));
  return std::nullopt;
}

}  // namespace gochat::protocol

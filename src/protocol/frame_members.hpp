// Members that client frames of several JSON dialects share. Private to this room, like
// strict_json.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"
#include "domain/message.hpp"
#include "protocol/strict_json.hpp"

namespace gochat::protocol {

// Filled in place: the request is not moved about until its frame is taken.
using Failure = std::optional<Error>;
using Object = std::optional<strict::object>;  // none: a frame without data

inline constexpr std::size_t token_bytes_max = 4096;
// A client id that is refused for its length is still said back, so that its sender finds it.
inline constexpr std::size_t echoed_bytes_max = 1024;

Error invalid(std::string hint);

std::string_view limited_text(strict::Members& members, std::uint8_t slot, std::size_t bytes_max);

// Any text may stand for a conversation here: that it is none is told like one that does not exist.
ConversationId conversation_in(strict::Members& members, std::uint8_t slot);
ConversationId needed_conversation(strict::Members& members, std::uint8_t slot);

// The seeds' number or our name for it; text when the member is absent.
MessageType message_type_in(strict::Members& members, std::uint8_t slot);

// What can be said back of a text that a refused frame holds; empty when it is none.
std::string echo_of(const std::optional<strict::element>& value);

// The object in a member, if it has one.
Object object_in(strict::Members& members, std::uint8_t slot);

template <class Number>
std::optional<Number> numbered(strict::Members& members, std::uint8_t slot) {
  const auto count = members.count(slot);
  if (!count) return std::nullopt;
  return Number{*count};
}

}  // namespace gochat::protocol

// The ids that cross every room. 64-bit ids are Snowflakes (snowflake.hpp); on the wire they are
// strings.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/strong_id.hpp"

namespace gochat {

using UserId = StrongId<struct UserIdTag>;
using GroupId = StrongId<struct GroupIdTag>;
using MessageId = StrongId<struct MessageIdTag>;
// A sign-in of one device; what `sid` in a token names.
using SessionId = StrongId<struct SessionIdTag>;
// One open socket, unique over all gateways and their restarts.
using ConnectionId = StrongId<struct ConnectionIdTag>;

// The place of a message in its conversation: dense, from 1. 0 means "before the first".
using Seq = StrongId<struct SeqTag, std::uint64_t>;
// The place of an event (join, recall, ...) among the conversation's events: dense, from 1.
using EventNo = StrongId<struct EventNoTag, std::uint64_t>;
// Raised by whatever changes who may write or read in a conversation.
using MemberVersion = StrongId<struct MemberVersionTag, std::uint64_t>;

template <class Tag>
constexpr StrongId<Tag, std::uint64_t> next(StrongId<Tag, std::uint64_t> n) {
  return StrongId<Tag, std::uint64_t>{n.number() + 1};
}

// Wall time in milliseconds, for people and for storage; it decides no order.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

constexpr WallTime wall_time(std::int64_t ms) { return WallTime{std::chrono::milliseconds{ms}}; }
constexpr std::int64_t ms(WallTime t) { return t.time_since_epoch().count(); }

// "single_...", "group_..." or "world"; see conversation.hpp for how they are made.
class ConversationId {
 public:
  ConversationId() = default;
  explicit ConversationId(std::string text) : text_{std::move(text)} {}

  const std::string& text() const { return text_; }
  explicit operator bool() const { return !text_.empty(); }
  auto operator<=>(const ConversationId&) const = default;

 private:
  std::string text_;
};

}  // namespace gochat

template <>
struct std::hash<gochat::ConversationId> {
  std::size_t operator()(const gochat::ConversationId& id) const noexcept {
    return std::hash<std::string>{}(id.text());
  }
};

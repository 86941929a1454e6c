#include "domain/conversation.hpp"

#include <algorithm>
#include <charconv>

#include "domain/md5.hpp"

namespace gochat {
namespace {

constexpr std::string_view single_prefix = "single_";
constexpr std::string_view group_prefix = "group_";
constexpr std::size_t single_digits = 16;
constexpr std::size_t single_digits_after_clash = 32;

std::string pair_digest(UserId a, UserId b) {
  return md5_hex(std::min(a, b).text() + "_" + std::max(a, b).text());
}

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// One spelling per number: no sign, no leading zero.
std::optional<GroupId> group_number(std::string_view digits) {
  if (digits.empty() || digits[0] < '1' || digits[0] > '9') return std::nullopt;
  std::int64_t number = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return GroupId{number};
}

bool is_single(std::string_view text) {
  if (!text.starts_with(single_prefix)) return false;
  const auto digits = text.substr(single_prefix.size());
  return (digits.size() == single_digits || digits.size() == single_digits_after_clash) &&
         std::all_of(digits.begin(), digits.end(), is_lower_hex);
}

std::optional<ConversationKind> kind_of_text(std::string_view text) {
  if (is_single(text)) return ConversationKind::single;
  if (text == "world") return ConversationKind::world;
  if (text.starts_with(group_prefix) && group_number(text.substr(group_prefix.size()))) {
    return ConversationKind::group;
  }
  return std::nullopt;
}

}  // namespace

ConversationId single_id(UserId a, UserId b) {
  return ConversationId{std::string{single_prefix} + pair_digest(a, b).substr(0, single_digits)};
}

ConversationId single_id_after_clash(UserId a, UserId b) {
  return ConversationId{std::string{single_prefix} + pair_digest(a, b)};
}

ConversationId group_conversation_id(GroupId group) {
  return ConversationId{std::string{group_prefix} + group.text()};
}

std::optional<GroupId> group_of(const ConversationId& id) {
  const std::string_view text = id.text();
  if (!text.starts_with(group_prefix)) return std::nullopt;
  return group_number(text.substr(group_prefix.size()));
}

Result<ConversationId> parse_conversation_id(std::string_view text) {
  if (!kind_of_text(text)) {
    return refused(ErrorCode::invalid_params,
                   "conversationId is world, group_<number> or single_<16 hex digits>");
  }
  return ConversationId{std::string{text}};
}

std::optional<ConversationKind> kind_of(const ConversationId& id) {
  return kind_of_text(id.text());
}

std::string_view kind_name(ConversationKind kind) {
  constexpr std::array<std::string_view, 3> names{"single", "group", "world"};
  const auto at = static_cast<std::size_t>(kind) - 1;
  GOCHAT_ASSERT(at < names.size());
  return names[at];
}

std::string_view event_name(EventKind kind) {
  constexpr std::array<std::string_view, 9> names{
      "join", "leave", "kick", "role", "mute", "transfer", "disband", "recall", "settings"};
  const auto at = static_cast<std::size_t>(kind) - 1;
  GOCHAT_ASSERT(at < names.size());
  return names[at];
}

}  // namespace gochat

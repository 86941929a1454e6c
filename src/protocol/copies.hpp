// The texts under which caches keep copies of what the database holds. JSON, so that an operator
// can read them; a text that does not say everything is no copy, whoever wrote it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/conversation.hpp"
#include "domain/membership.hpp"
#include "domain/message.hpp"
#include "domain/user.hpp"

namespace gochat::protocol {

// A message as it was when so much had happened in its conversation: a recall is an event, so the
// text holds for as long as there was no later one.
struct MessageCopy {
  Message message;
  EventNo as_of;

  bool operator==(const MessageCopy&) const = default;
};

std::string copy_of(const User& user);
std::string copy_of(const Group& group);
std::string copy_of(const Membership& row);
std::string copy_of(const MessageCopy& copy);

std::optional<User> user_of_copy(std::string_view text);
std::optional<Group> group_of_copy(std::string_view text);
std::optional<Membership> membership_of_copy(std::string_view text);
std::optional<MessageCopy> message_of_copy(std::string_view text);

}  // namespace gochat::protocol

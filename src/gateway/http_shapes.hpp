// What people, groups and lists look like in the answers of the API.
#pragma once

#include <span>
#include <string>

#include "ports/logic_api.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::gateway {

enum class UserDetail : std::uint8_t { open, own };  // own: with the e-mail address

void write_user(protocol::JsonWriter& out, const User& user, UserDetail detail = UserDetail::open);
std::string user_json(const User& user, UserDetail detail = UserDetail::open);
std::string users_json(std::span<const User> users);
std::string signed_in_json(const SignedIn& signed_in);
std::string sessions_json(std::span<const gochat::Session> sessions, SessionId current);
std::string group_json(const Group& group);
std::string members_json(std::span<const GroupMember> members);
std::string conversation_json(const ListedConversation& listed);
std::string conversations_json(std::span<const ListedConversation> listed);
std::string messages_json(std::span<const ShownMessage> messages);
// Messages with their voids and events: what `pull-result` says.
std::string history_json(const History& history, std::string_view epoch);

}  // namespace gochat::gateway

#include "app/admin_lines.hpp"

#include <utility>

#include "domain/conversation.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::app {
namespace {

using protocol::JsonWriter;

std::string_view name_of(UserStatus status) {
  switch (status) {
    case UserStatus::active:
      return "active";
    case UserStatus::disabled:
      return "disabled";
    case UserStatus::erased:
      return "erased";
  }
  return "unknown";
}

std::string_view name_of(UserRole role) { return role == UserRole::admin ? "admin" : "user"; }

void write_user(JsonWriter& out, const User& user) {
  out.member("userId", user.id).member("username", user.username);
  out.member("nickname", user.nickname).member("email", user.email);
  out.member("role", name_of(user.role)).member("status", name_of(user.status));
  out.member("guest", user.is_guest).member("createdAt", user.created_at);
}

}  // namespace

std::string line_of(const User& user, std::string_view drawn_password) {
  JsonWriter out;
  out.begin_object();
  write_user(out, user);
  if (!drawn_password.empty()) out.member("password", drawn_password);
  out.end_object();
  return std::move(out).take() + '\n';
}

std::string line_of(const Group& group) {
  JsonWriter out;
  out.begin_object();
  out.member("groupId", group.id).member("conversationId", group_conversation_id(group.id));
  out.member("groupName", group.name).member("ownerId", group.owner);
  out.member("memberCount", group.member_count).member("maxMembers", group.max_members);
  out.member("createdAt", group.created_at);
  out.end_object();
  return std::move(out).take() + '\n';
}

std::string line_of(const Session& session) {
  JsonWriter out;
  out.begin_object();
  out.member("sessionId", session.id).member("device", session.device);
  out.member("createdAt", session.created_at).member("lastSeenAt", session.last_seen_at);
  out.member("expiresAt", session.expires_at);
  out.end_object();
  return std::move(out).take() + '\n';
}

}  // namespace gochat::app

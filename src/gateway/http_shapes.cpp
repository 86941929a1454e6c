#include "gateway/http_shapes.hpp"

#include "gateway/frames.hpp"
#include "protocol/server_json.hpp"

namespace gochat::gateway {

using protocol::JsonWriter;

namespace {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::member:
      return "member";
    case Role::admin:
      return "admin";
    case Role::owner:
      return "owner";
  }
  return "member";
}

}  // namespace

void write_user(JsonWriter& out, const User& user, UserDetail detail) {
  out.begin_object();
  out.member("userId", user.id).member("username", user.username).member("nickname", user.nickname);
  out.member("avatar", user.avatar).member("isGuest", user.is_guest);
  if (detail == UserDetail::own) {
    out.member("email", user.email).member("role", user.role == UserRole::admin ? "admin" : "user");
    out.member("createdAt", user.created_at);
  }
  out.end_object();
}

std::string user_json(const User& user, UserDetail detail) {
  JsonWriter out;
  write_user(out, user, detail);
  return std::move(out).take();
}

std::string users_json(std::span<const User> users) {
  JsonWriter out;
  out.begin_array();
  for (const User& user : users) write_user(out, user);
  out.end_array();
  return std::move(out).take();
}

std::string signed_in_json(const SignedIn& signed_in) {
  JsonWriter out;
  out.begin_object();
  out.member("token", signed_in.token).member("expiresIn", signed_in.expires_in_seconds);
  if (!signed_in.refresh_token.empty()) out.member("refreshToken", signed_in.refresh_token);
  out.member("sessionId", signed_in.session.id);
  out.key("user");
  write_user(out, signed_in.user, UserDetail::own);
  out.end_object();
  return std::move(out).take();
}

std::string sessions_json(std::span<const gochat::Session> sessions, SessionId current) {
  JsonWriter out;
  out.begin_array();
  for (const gochat::Session& session : sessions) {
    out.begin_object();
    out.member("sessionId", session.id).member("device", session.device);
    out.member("current", session.id == current);
    out.member("createdAt", session.created_at).member("lastSeenAt", session.last_seen_at);
    out.member("expiresAt", session.expires_at);
    out.end_object();
  }
  out.end_array();
  return std::move(out).take();
}

std::string group_json(const Group& group) {
  JsonWriter out;
  out.begin_object();
  out.member("groupId", group.id).member("conversationId", group_conversation_id(group.id));
  out.member("groupName", group.name).member("description", group.description);
  out.member("avatar", group.avatar).member("ownerId", group.owner);
  out.member("memberCount", group.member_count).member("maxMembers", group.max_members);
  out.member("joinPolicy", group.join_policy == JoinPolicy::open ? "open" : "invite");
  out.member("historyVisible", group.history_visible).member("createdAt", group.created_at);
  out.end_object();
  return std::move(out).take();
}

std::string members_json(std::span<const GroupMember> members) {
  JsonWriter out;
  out.begin_array();
  for (const GroupMember& member : members) {
    out.begin_object();
    out.member("userId", member.user.id).member("username", member.user.username);
    out.member("nickname", member.user.nickname).member("avatar", member.user.avatar);
    out.member("role", role_name(member.membership.role));
    out.member("roleNumber", static_cast<unsigned>(member.membership.role));
    out.member("joinedAt", member.membership.joined_at);
    if (member.membership.muted_until != WallTime{})
      out.member("mutedUntil", member.membership.muted_until);
    out.end_object();
  }
  out.end_array();
  return std::move(out).take();
}

std::string conversation_json(const ListedConversation& listed) {
  JsonWriter out;
  write_conversation(out, view_of(listed));
  return std::move(out).take();
}

std::string conversations_json(std::span<const ListedConversation> listed) {
  JsonWriter out{listed.size() * 300 + 2};
  out.begin_array();
  for (const ListedConversation& one : listed) write_conversation(out, view_of(one));
  out.end_array();
  return std::move(out).take();
}

std::string messages_json(std::span<const ShownMessage> messages) {
  JsonWriter out{messages.size() * 300 + 2};
  out.begin_array();
  for (const ShownMessage& shown : messages) write_message(out, {shown.message, shown.sender_name});
  out.end_array();
  return std::move(out).take();
}

std::string history_json(const History& history, std::string_view epoch) {
  JsonWriter out{history.messages.size() * 300 + 200};
  out.begin_object();
  out.member("conversationId", history.conversation);
  out.key("messages").raw(messages_json(history.messages));
  out.key("events").begin_array();
  for (const ConversationEvent& event : history.events) write_event(out, event);
  out.end_array();
  out.key("voids").begin_array();
  for (const SeqRange& range : history.voids) {
    out.begin_array().number(range.from.number()).number(range.to.number()).end_array();
  }
  out.end_array();
  out.member("fromSeq", history.from_seq).member("upToSeq", history.up_to_seq);
  out.member("eventNo", history.event_no).member("lastSeq", history.last_seq);
  out.member("hasMore", history.has_more).member("epoch", epoch);
  out.end_object();
  return std::move(out).take();
}

}  // namespace gochat::gateway

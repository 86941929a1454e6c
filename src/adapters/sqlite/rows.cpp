#include "adapters/sqlite/rows.hpp"

namespace gochat::sqlite {
namespace {

template <class Id>
Id id_at(const Statement& s, int column) {
  return Id{static_cast<typename Id::number_type>(s.int64(column))};
}

std::string text_at(const Statement& s, int column) { return std::string{s.text(column)}; }

WallTime time_at(const Statement& s, int column) { return wall_time(s.int64(column)); }

template <class Enum>
Enum enum_at(const Statement& s, int column) {
  return static_cast<Enum>(s.int64(column));
}

}  // namespace

Message message_row(const Statement& s) {
  Message message;
  message.id = id_at<MessageId>(s, 0);
  message.conversation = ConversationId{text_at(s, 1)};
  message.seq = id_at<Seq>(s, 2);
  message.sender = id_at<UserId>(s, 3);
  message.client_msg_id = text_at(s, 4);
  message.content_hash = s.uint64(5);
  message.type = enum_at<MessageType>(s, 6);
  message.content = text_at(s, 7);
  message.reply_to = id_at<MessageId>(s, 8);
  message.recalled = s.int64(9) != 0;
  message.sent_at = time_at(s, 10);
  return message;
}

HeadRow head_row(const Statement& s, int from) {
  HeadRow row;
  row.key = id_at<ConversationKey>(s, from);
  Conversation& head = row.head;
  head.id = ConversationId{text_at(s, from + 1)};
  head.kind = enum_at<ConversationKind>(s, from + 2);
  head.user_lo = id_at<UserId>(s, from + 3);
  head.user_hi = id_at<UserId>(s, from + 4);
  head.group = id_at<GroupId>(s, from + 5);
  head.last_event_no = id_at<EventNo>(s, from + 6);
  head.member_version = id_at<MemberVersion>(s, from + 7);
  head.created_at = time_at(s, from + 8);
  head.last_seq = id_at<Seq>(s, from + 9);
  head.last_message_id = id_at<MessageId>(s, from + 10);
  head.last_sender = id_at<UserId>(s, from + 11);
  head.last_message_at = time_at(s, from + 12);
  head.last_preview = text_at(s, from + 13);
  return row;
}

Membership member_row(const Statement& s, int from) {
  Membership row;
  row.user = id_at<UserId>(s, from);
  row.role = enum_at<Role>(s, from + 1);
  row.muted_until = time_at(s, from + 2);
  row.join_seq = id_at<Seq>(s, from + 3);
  if (!s.is_null(from + 4)) row.left_seq = id_at<Seq>(s, from + 4);
  row.left_event_no = id_at<EventNo>(s, from + 5);
  row.joined_at = time_at(s, from + 6);
  return row;
}

Group group_row(const Statement& s, int from) {
  Group group;
  group.id = id_at<GroupId>(s, from);
  group.name = text_at(s, from + 1);
  group.description = text_at(s, from + 2);
  group.avatar = text_at(s, from + 3);
  group.owner = id_at<UserId>(s, from + 4);
  group.member_count = static_cast<std::uint32_t>(s.int64(from + 5));
  group.max_members = static_cast<std::uint32_t>(s.int64(from + 6));
  group.join_policy = enum_at<JoinPolicy>(s, from + 7);
  group.history_visible = s.int64(from + 8) != 0;
  group.disbanded = s.int64(from + 9) != 0;
  group.version = s.uint64(from + 10);
  group.created_at = time_at(s, from + 11);
  return group;
}

ConversationEvent event_row(const Statement& s, const ConversationId& conversation) {
  ConversationEvent event;
  event.conversation = conversation;
  event.no = id_at<EventNo>(s, 0);
  event.at_seq = id_at<Seq>(s, 1);
  event.kind = enum_at<EventKind>(s, 2);
  event.actor = id_at<UserId>(s, 3);
  event.subject = s.int64(4);
  event.argument = s.int64(5);
  event.at = time_at(s, 6);
  return event;
}

User user_row(const Statement& s) {
  User user;
  user.id = id_at<UserId>(s, 0);
  user.username = text_at(s, 1);
  user.nickname = text_at(s, 2);
  user.avatar = text_at(s, 3);
  user.email = text_at(s, 4);
  user.status = enum_at<UserStatus>(s, 5);
  user.role = enum_at<UserRole>(s, 6);
  user.is_guest = s.int64(7) != 0;
  user.password_version = static_cast<std::uint32_t>(s.int64(8));
  user.created_at = time_at(s, 9);
  return user;
}

Session session_row(const Statement& s) {
  Session session;
  session.id = id_at<SessionId>(s, 0);
  session.user = id_at<UserId>(s, 1);
  session.device = text_at(s, 2);
  session.gen = static_cast<std::uint32_t>(s.int64(3));
  session.gen_used = s.int64(4) != 0;
  session.rotated_at = time_at(s, 5);
  session.created_at = time_at(s, 6);
  session.last_seen_at = time_at(s, 7);
  session.expires_at = time_at(s, 8);
  session.revoked = s.int64(9) != 0;
  session.revoke_code = static_cast<std::uint16_t>(s.int64(10));
  return session;
}

std::string select(std::string_view columns, std::string_view rest) {
  std::string sql{"SELECT "};
  sql += columns;
  sql += ' ';
  sql += rest;
  return sql;
}

}  // namespace gochat::sqlite

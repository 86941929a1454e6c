#include "adapters/mysql/records.hpp"

namespace gochat::mysql {
namespace {

std::string text_at(const Row& row, std::size_t column) { return std::string{row.text(column)}; }

}  // namespace

Message message_record(const Row& row, std::size_t from) {
  Message message;
  message.id = row.id<MessageId>(from);
  message.conversation = ConversationId{text_at(row, from + 1)};
  message.seq = row.id<Seq>(from + 2);
  message.sender = row.id<UserId>(from + 3);
  message.client_msg_id = text_at(row, from + 4);
  message.content_hash = row.uint64(from + 5);
  message.type = row.one_of<MessageType>(from + 6);
  message.content = text_at(row, from + 7);
  message.reply_to = row.id<MessageId>(from + 8);
  message.recalled = row.flag(from + 9);
  message.sent_at = row.time(from + 10);
  return message;
}

Conversation head_record(const Row& row, std::size_t from) {
  Conversation head;
  head.id = ConversationId{text_at(row, from)};
  head.kind = row.one_of<ConversationKind>(from + 1);
  head.user_lo = row.id<UserId>(from + 2);
  head.user_hi = row.id<UserId>(from + 3);
  head.group = row.id<GroupId>(from + 4);
  head.last_seq = row.id<Seq>(from + 5);
  head.last_event_no = row.id<EventNo>(from + 6);
  head.member_version = row.id<MemberVersion>(from + 7);
  head.last_message_id = row.id<MessageId>(from + 8);
  head.last_message_at = row.time(from + 9);
  head.created_at = row.time(from + 10);
  head.last_sender = row.id<UserId>(from + 11);
  head.last_preview = text_at(row, from + 12);
  return head;
}

Membership member_record(const Row& row, std::size_t from) {
  Membership member;
  member.user = row.id<UserId>(from);
  member.role = row.one_of<Role>(from + 1);
  member.muted_until = row.time(from + 2);
  member.join_seq = row.id<Seq>(from + 3);
  if (!row.is_null(from + 4)) member.left_seq = row.id<Seq>(from + 4);
  member.left_event_no = row.id<EventNo>(from + 5);
  member.joined_at = row.time(from + 6);
  return member;
}

Group group_record(const Row& row, std::size_t from) {
  Group group;
  group.id = row.id<GroupId>(from);
  group.name = text_at(row, from + 1);
  group.description = text_at(row, from + 2);
  group.avatar = text_at(row, from + 3);
  group.owner = row.id<UserId>(from + 4);
  group.member_count = static_cast<std::uint32_t>(row.uint64(from + 5));
  group.max_members = static_cast<std::uint32_t>(row.uint64(from + 6));
  group.join_policy = row.one_of<JoinPolicy>(from + 7);
  group.history_visible = row.flag(from + 8);
  group.disbanded = row.flag(from + 9);
  group.version = row.uint64(from + 10);
  group.created_at = row.time(from + 11);
  return group;
}

ConversationEvent event_record(const Row& row, const ConversationId& conversation,
                               std::size_t from) {
  ConversationEvent event;
  event.conversation = conversation;
  event.no = row.id<EventNo>(from);
  event.at_seq = row.id<Seq>(from + 1);
  event.kind = row.one_of<EventKind>(from + 2);
  event.actor = row.id<UserId>(from + 3);
  event.subject = row.int64(from + 4);
  event.argument = row.int64(from + 5);
  event.at = row.time(from + 6);
  return event;
}

User user_record(const Row& row) {
  User user;
  user.id = row.id<UserId>(0);
  user.username = text_at(row, 1);
  user.nickname = text_at(row, 2);
  user.avatar = text_at(row, 3);
  user.email = text_at(row, 4);
  user.status = row.one_of<UserStatus>(5);
  user.role = row.one_of<UserRole>(6);
  user.is_guest = row.flag(7);
  user.password_version = static_cast<std::uint32_t>(row.uint64(8));
  user.created_at = row.time(9);
  return user;
}

Session session_record(const Row& row) {
  Session session;
  session.id = row.id<SessionId>(0);
  session.user = row.id<UserId>(1);
  session.device = text_at(row, 2);
  session.gen = static_cast<std::uint32_t>(row.uint64(3));
  session.gen_used = row.flag(4);
  session.rotated_at = row.time(5);
  session.created_at = row.time(6);
  session.last_seen_at = row.time(7);
  session.expires_at = row.time(8);
  session.revoked = row.flag(9);
  session.revoke_code = static_cast<std::uint16_t>(row.uint64(10));
  return session;
}

std::string select(std::string_view columns, std::string_view rest) {
  std::string sql{"SELECT "};
  sql += columns;
  sql += ' ';
  sql += rest;
  return sql;
}

}  // namespace gochat::mysql

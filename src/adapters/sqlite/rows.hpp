// How rows become what the domain speaks of. Each list of columns stands beside its reader.
#pragma once

#include <string>
#include <string_view>

#include "adapters/sqlite/recent.hpp"
#include "adapters/sqlite/statement.hpp"
#include "domain/conversation.hpp"
#include "domain/membership.hpp"
#include "domain/message.hpp"
#include "domain/user.hpp"

namespace gochat::sqlite {

// From messages m JOIN conversations c.
inline constexpr std::string_view message_columns =
    "m.id, c.id, m.seq, m.sender_id, m.client_msg_id, m.content_hash, m.message_type, m.content, "
    "m.reply_to, m.status, m.created_at";
Message message_row(const Statement& s);

// From conversations c LEFT JOIN heads h.
inline constexpr std::string_view head_columns =
    "c.key, c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.last_event_no, c.member_version, "
    "c.created_at, h.last_seq, h.last_message_id, h.last_sender, h.last_message_at, h.preview";
inline constexpr int head_columns_count = 14;
struct HeadRow {
  ConversationKey key;
  Conversation head;
};
HeadRow head_row(const Statement& s, int from = 0);

// From group_members m.
inline constexpr std::string_view member_columns =
    "m.user_id, m.role, m.muted_until, m.join_seq, m.left_seq, m.left_event_no, m.joined_at";
inline constexpr int member_columns_count = 7;
Membership member_row(const Statement& s, int from = 0);

// From "groups" g.
inline constexpr std::string_view group_columns =
    "g.id, g.name, g.description, g.avatar_url, g.owner_id, g.member_count, g.max_members, "
    "g.join_policy, g.history_visible, g.disbanded, g.version, g.created_at";
inline constexpr int group_columns_count = 12;
Group group_row(const Statement& s, int from = 0);

// From conversation_events; the conversation's id is the caller's.
inline constexpr std::string_view event_columns =
    "event_no, at_seq, kind, actor_id, subject, argument, created_at";
ConversationEvent event_row(const Statement& s, const ConversationId& conversation);

// From users.
inline constexpr std::string_view user_columns =
    "id, username, nickname, avatar_url, email, status, role, is_guest, password_version, "
    "created_at";
User user_row(const Statement& s);

// From sessions.
inline constexpr std::string_view session_columns =
    "id, user_id, device, gen, gen_used, rotated_at, created_at, last_seen_at, expires_at, "
    "revoked_no IS NOT NULL, revoke_code";
Session session_row(const Statement& s);

// "SELECT " + columns + " FROM ...", put together once per use.
std::string select(std::string_view columns, std::string_view rest);

}  // namespace gochat::sqlite

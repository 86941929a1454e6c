// How rows become what the domain speaks of. Each list of columns stands beside its reader, which
// takes the first of them from column `from`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/mysql/rows.hpp"
#include "domain/conversation.hpp"
#include "domain/membership.hpp"
#include "domain/message.hpp"
#include "domain/read_position.hpp"
#include "domain/user.hpp"

namespace gochat::mysql {

// From messages m.
inline constexpr std::string_view message_columns =
    "m.id, m.conversation_id, m.seq_id, m.sender_id, m.client_msg_id, m.content_hash, "
    "m.message_type, m.content, m.reply_to, m.status, m.created_at";
Message message_record(const Row& row, std::size_t from = 0);

// From conversations c with `last_message`.
inline constexpr std::string_view head_columns =
    "c.id, c.type, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.last_event_no, "
    "c.member_version, c.last_message_id, c.last_message_at, c.created_at, l.sender_id, "
    "IF(l.status = 0, LEFT(l.content, 100), '')";
inline constexpr std::size_t head_columns_count = 13;
inline constexpr std::string_view last_message = "LEFT JOIN messages l ON l.id = c.last_message_id";
Conversation head_record(const Row& row, std::size_t from = 0);

// From group_members m.
inline constexpr std::string_view member_columns =
    "m.user_id, m.role, m.muted_until, m.join_seq, m.left_seq, m.left_event_no, m.joined_at";
inline constexpr std::size_t member_columns_count = 7;
Membership member_record(const Row& row, std::size_t from = 0);

// From `groups` g.
inline constexpr std::string_view group_columns =
    "g.id, g.name, g.description, g.avatar_url, g.owner_id, g.member_count, g.max_members, "
    "g.join_policy, g.history_visible, g.disbanded, g.version, g.created_at";
inline constexpr std::size_t group_columns_count = 12;
Group group_record(const Row& row, std::size_t from = 0);

// From conversation_events e.
inline constexpr std::string_view event_columns =
    "e.event_no, e.at_seq, e.kind, e.actor_id, e.subject, e.argument, e.created_at";
ConversationEvent event_record(const Row& row, const ConversationId& conversation,
                               std::size_t from = 0);

// From users u.
inline constexpr std::string_view user_columns =
    "u.id, u.username, u.nickname, u.avatar_url, u.email, u.status, u.role, u.is_guest, "
    "u.password_version, u.created_at";
User user_record(const Row& row);

// From sessions s.
inline constexpr std::string_view session_columns =
    "s.id, s.user_id, s.device, s.gen, s.gen_used, s.rotated_at, s.created_at, s.last_seen_at, "
    "s.expires_at, s.revoked_no IS NOT NULL, s.revoke_code";
Session session_record(const Row& row);

// "SELECT " + columns + " " + rest, put together once per use.
std::string select(std::string_view columns, std::string_view rest);

// Any number of ids as one value, for a statement that reads them with `given_ids`: the list has no
// bound that a statement would have to be prepared for, and costs one round trip.
inline constexpr std::string_view given_ids =
    "JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) given";
template <class Id>
std::string id_list(const std::vector<Id>& ids) {
  std::string list = "[";
  for (const Id id : ids) {
    if (list.size() > 1) list += ',';
    list += id.text();
  }
  list += ']';
  return list;
}

}  // namespace gochat::mysql

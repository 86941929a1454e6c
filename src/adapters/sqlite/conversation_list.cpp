#include "adapters/sqlite/conversation_list.hpp"

#include <algorithm>
#include <unordered_map>

#include "adapters/sqlite/positions.hpp"
#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"

namespace gochat::sqlite {
namespace {

// How often a view is taken anew because a change was committed, but not yet published, in between.
// The gap is microseconds wide.
constexpr int views_max = 100;

// A conversation's row with all that hangs on it for user ?1. Left joins: singles have no group,
// and not everybody has a position.
const std::string user_columns_of_conversation =
    std::string{head_columns} + ", " + std::string{member_columns} + ", " +
    std::string{group_columns} + ", p.read_seq, p.ack_seq, p.muted, p.pinned";
constexpr int member_at = head_columns_count;
constexpr int group_at = member_at + member_columns_count;
constexpr int position_at = group_at + group_columns_count;

constexpr std::string_view joins =
    "FROM conversations c "
    "LEFT JOIN heads h ON h.conversation = c.key "
    "LEFT JOIN \"groups\" g ON g.id = c.group_id "
    "LEFT JOIN group_members m ON m.group_id = c.group_id AND m.user_id = ?1 "
    "LEFT JOIN read_positions p ON p.user_id = ?1 AND p.conversation = c.key ";

// A pair of one's own cannot exist, so the branches do not meet.
constexpr std::string_view keys_of_user =
    "SELECT c.key FROM group_members m JOIN conversations c ON c.group_id = m.group_id "
    "WHERE m.user_id = ?1 "
    "UNION ALL SELECT key FROM conversations WHERE user_lo = ?1 "
    "UNION ALL SELECT key FROM conversations WHERE user_hi = ?1";

const std::string select_one =
    select(user_columns_of_conversation, std::string{joins} + "WHERE c.id = ?2");
const std::string select_all =
    select(user_columns_of_conversation, std::string{joins} + "WHERE c.key IN (" +
                                             std::string{keys_of_user} + ") ORDER BY c.key");

struct Row {
  ConversationKey key;
  UserConversation conversation;
  Mark mark;
  PositionSettings settings;
};

Row user_row_of(const Statement& s) {
  Row row;
  HeadRow head = head_row(s);
  row.key = head.key;
  row.conversation.head = std::move(head.head);
  if (!s.is_null(member_at)) row.conversation.membership = member_row(s, member_at);
  if (!s.is_null(group_at)) row.conversation.group = group_row(s, group_at);
  row.mark = {Seq{s.uint64(position_at)}, Seq{s.uint64(position_at + 1)}};
  row.settings = {s.int64(position_at + 2) != 0, s.int64(position_at + 3) != 0};
  return row;
}

// False when memory and tables show different states.
bool combine(Row& row, const Recent::Overlay& recent) {
  Conversation& head = row.conversation.head;
  if (recent.head) {
    if (recent.head->last_event_no != head.last_event_no ||
        recent.head->member_version != head.member_version) {
      return false;
    }
    head = *recent.head;
  }
  row.mark.raise(recent.mark);
  row.conversation.position =
      position_of(head, row.conversation.membership, row.mark, row.settings);
  return true;
}

bool has_it(const UserConversation& conversation, UserId user) {
  switch (conversation.head.kind) {
    case ConversationKind::single:
      return conversation.head.is_pair_member(user);
    case ConversationKind::group:
      return conversation.membership.has_value();
    case ConversationKind::world:
      return true;
  }
  return false;
}

Error not_there() { return refused(ErrorCode::not_found, "this conversation does not exist"); }
Error restless() {
  return failed(ErrorCode::unavailable, "the conversation changed whenever it was read");
}

// Nothing: take both views again.
Result<std::optional<UserConversation>> try_read_for(Connection& db, const Recent& recent,
                                                     UserId user, const ConversationId& id) {
  const auto key = recent.key_of(id);
  std::vector<ConversationKey> keys;
  if (key) keys.push_back(*key);
  const auto before = recent.overlay(user, keys);
  auto row = query_one(db, select_one, user_row_of, user, id.text());
  if (!row) return std::move(row).error();
  if (!*row) return not_there();
  Recent::Overlay known = key ? before.front() : Recent::Overlay{};
  if (!known.head) {
    // The tables' head is whole only if memory has none; positions may be there alone.
    if (recent.head((*row)->key)) return std::optional<UserConversation>{};
    known.mark.raise(recent.mark({user, (*row)->key}));
  }
  if (!combine(**row, known)) return std::optional<UserConversation>{};
  if (!has_it((*row)->conversation, user)) return not_there();
  return std::optional{std::move((*row)->conversation)};
}

Result<std::optional<std::vector<UserConversation>>> try_read_list(Connection& db,
                                                                   const Recent& recent,
                                                                   UserId user) {
  auto keys = query_all(
      db, keys_of_user, [](const Statement& s) { return ConversationKey{s.int64(0)}; }, user);
  if (!keys) return std::move(keys).error();
  std::ranges::sort(*keys);
  const auto known = recent.overlay(user, *keys);
  auto rows = query_all(db, select_all, user_row_of, user);
  if (!rows) return std::move(rows).error();
  const bool is_same = std::ranges::equal(*rows, *keys, {}, &Row::key);
  if (!is_same) return std::optional<std::vector<UserConversation>>{};
  std::vector<UserConversation> list;
  list.reserve(rows->size());
  for (std::size_t n = 0; n < rows->size(); ++n) {
    if (!combine((*rows)[n], known[n])) return std::optional<std::vector<UserConversation>>{};
    list.push_back(std::move((*rows)[n].conversation));
  }
  return std::optional{std::move(list)};
}

}  // namespace

Result<Conversation> read_head(Connection& db, const Recent& recent, const ConversationId& id) {
  static const std::string select_head =
      select(head_columns,
             "FROM conversations c LEFT JOIN heads h ON h.conversation = c.key WHERE c.id = ?");
  for (int n = 0; n < views_max; ++n) {
    if (const auto key = recent.key_of(id)) {
      if (const SharedHead head = recent.head(*key)) return *head;
    }
    auto row =
        query_one(db, select_head, [](const Statement& s) { return head_row(s); }, id.text());
    if (!row) return std::move(row).error();
    if (!*row) return not_there();
    if (!recent.head((*row)->key)) return std::move((*row)->head);
  }
  return restless();
}

Result<UserConversation> read_for(Connection& db, const Recent& recent, UserId user,
                                  const ConversationId& id) {
  for (int n = 0; n < views_max; ++n) {
    auto found = try_read_for(db, recent, user, id);
    if (!found) return std::move(found).error();
    if (*found) return std::move(**found);
  }
  return restless();
}

Result<std::vector<UserConversation>> read_list(Connection& db, const Recent& recent, UserId user) {
  for (int n = 0; n < views_max; ++n) {
    auto list = try_read_list(db, recent, user);
    if (!list) return std::move(list).error();
    if (*list) return std::move(**list);
  }
  return restless();
}

}  // namespace gochat::sqlite

#include "adapters/mysql/conversation_reader.hpp"

#include <algorithm>

#include "adapters/mysql/records.hpp"

namespace gochat::mysql {
namespace {

const std::string select_head =
    select(head_columns, "FROM conversations c " + std::string{last_message} + " WHERE c.id = ?");
const std::string select_single =
    select(head_columns, "FROM conversations c " + std::string{last_message} +
                             " WHERE c.user_lo = ? AND c.user_hi = ?");

// A conversation's row with all that hangs on it for one user. Left joins: singles have no group,
// and not everybody has a position.
const std::string columns_for_user =
    std::string{head_columns} + ", " + std::string{member_columns} + ", " +
    std::string{group_columns} + ", p.read_seq, p.ack_seq, p.muted, p.pinned";
constexpr std::size_t member_at = head_columns_count;
constexpr std::size_t group_at = member_at + member_columns_count;
constexpr std::size_t position_at = group_at + group_columns_count;

const std::string joins_for_user =
    std::string{last_message} +
    " LEFT JOIN `groups` g ON g.id = c.group_id "
    "LEFT JOIN group_members m ON m.group_id = c.group_id AND m.user_id = ? "
    "LEFT JOIN read_positions p ON p.user_id = ? AND p.conversation_id = c.id";

const std::string select_for =
    select(columns_for_user, "FROM conversations c " + joins_for_user + " WHERE c.id = ?");
// A pair of one's own cannot exist, so the branches do not meet.
const std::string select_list = select(
    columns_for_user,
    "FROM (SELECT id FROM conversations WHERE user_lo = ? UNION ALL SELECT id FROM conversations "
    "WHERE user_hi = ? UNION ALL SELECT c.id FROM group_members m JOIN conversations c ON "
    "c.group_id = m.group_id WHERE m.user_id = ?) own JOIN conversations c ON c.id = own.id " +
        joins_for_user);

// By their ids, with the number of all that somebody has: nobody loses one, so as many are the
// same.
const std::string select_known = select(
    columns_for_user +
        ", (SELECT COUNT(*) FROM conversations WHERE user_lo = ?) + (SELECT COUNT(*) FROM "
        "conversations WHERE user_hi = ?) + (SELECT COUNT(*) FROM group_members om JOIN "
        "conversations oc ON oc.group_id = om.group_id WHERE om.user_id = ?)",
    "FROM JSON_TABLE(?, '$[*]' COLUMNS (id VARCHAR(64) PATH '$')) given JOIN conversations c ON "
    "c.id = CAST(given.id AS BINARY) " +
        joins_for_user);
constexpr std::size_t all_at = position_at + 4;

// As the list has it: a conversation that was left stands where it was left.
const std::string select_marks =
    "SELECT given.id, CAST("
    "(SELECT COALESCE(SUM(c.last_seq + c.last_event_no), 0) FROM conversations c WHERE c.user_lo = "
    "given.id) + "
    "(SELECT COALESCE(SUM(c.last_seq + c.last_event_no), 0) FROM conversations c WHERE c.user_hi = "
    "given.id) + "
    "(SELECT COALESCE(SUM(IF(m.left_seq IS NULL, c.last_seq + c.last_event_no, m.left_seq + "
    "m.left_event_no)), 0) FROM group_members m JOIN conversations c ON c.group_id = m.group_id "
    "WHERE m.user_id = given.id) AS UNSIGNED) FROM " +
    std::string{given_ids};

Error not_there() { return refused(ErrorCode::not_found, "this conversation does not exist"); }

UserConversation for_user(const Row& row) {
  UserConversation one;
  one.head = head_record(row);
  if (!row.is_null(member_at)) one.membership = member_record(row, member_at);
  if (!row.is_null(group_at)) one.group = group_record(row, group_at);
  ReadPosition& position = one.position;
  position.read_seq = row.id<Seq>(position_at);
  position.ack_seq = row.id<Seq>(position_at + 1);
  position.muted = row.flag(position_at + 2);
  position.pinned = row.flag(position_at + 3);
  // Who joined has read what was said before, and nobody counts the world room's messages against
  // somebody who never marked any of them as read.
  if (one.membership) position.read_seq = std::max(position.read_seq, one.membership->join_seq);
  const bool is_world = one.head.kind == ConversationKind::world;
  if (is_world && !position.read_seq) position.read_seq = one.head.last_seq;
  return one;
}

bool has_it(const UserConversation& one, UserId user) {
  switch (one.head.kind) {
    case ConversationKind::single:
      return one.head.is_pair_member(user);
    case ConversationKind::group:
      return one.membership.has_value();
    case ConversationKind::world:
      return true;
  }
  return false;
}

}  // namespace

Task<Result<Conversation>> MysqlConversationStore::find(ConversationId id) {
  auto rows = co_await pool_.read(Sql::lasting(select_head), {id}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return not_there();
  co_return head_record((*rows)[0]);
}

Task<Result<UserConversation>> MysqlConversationStore::find_for(UserId user, ConversationId id) {
  auto rows = co_await pool_.read(Sql::lasting(select_for), {user, user, id}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return not_there();
  UserConversation one = for_user((*rows)[0]);
  if (!has_it(one, user)) co_return not_there();
  co_return one;
}

Task<Result<std::vector<UserConversation>>> MysqlConversationStore::list_for(UserId user) {
  auto rows =
      co_await pool_.read(Sql::lasting(select_list), {user, user, user, user, user}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  std::vector<UserConversation> list;
  list.reserve(rows->size());
  for (const Row row : *rows) list.push_back(for_user(row));
  co_return list;
}

Task<Result<std::optional<std::vector<UserConversation>>>> MysqlConversationStore::list_known(
    UserId user, std::vector<ConversationId> ids) {
  using Listed = std::optional<std::vector<UserConversation>>;
  std::string given = "[";
  for (const ConversationId& id : ids) {
    if (!parse_conversation_id(id.text())) co_return Listed{};
    given += given.size() > 1 ? ",\"" : "\"";
    given += id.text();
    given += '"';
  }
  given += ']';
  auto rows = co_await pool_.read(Sql::lasting(select_known), {user, user, user, given, user, user},
                                  pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty() || rows->size() != (*rows)[0].uint64(all_at)) co_return Listed{};
  std::vector<UserConversation> list;
  list.reserve(rows->size());
  for (const Row row : *rows) {
    list.push_back(for_user(row));
    if (!has_it(list.back(), user)) co_return Listed{};
  }
  co_return Listed{std::move(list)};
}

Task<Result<std::optional<Conversation>>> MysqlConversationStore::find_single(UserId a, UserId b) {
  auto rows = co_await pool_.read(Sql::lasting(select_single), {std::min(a, b), std::max(a, b)},
                                  pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return std::optional<Conversation>{};
  co_return std::optional{head_record((*rows)[0])};
}

Task<Result<std::vector<UserMark>>> MysqlConversationStore::marks(std::vector<UserId> users) {
  std::vector<UserMark> marks;
  if (users.empty()) co_return marks;
  const std::string list = id_list(users);
  auto rows = co_await pool_.read(Sql::lasting(select_marks), {list}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  marks.reserve(rows->size());
  for (const Row row : *rows) marks.push_back({row.id<UserId>(0), row.uint64(1)});
  co_return marks;
}

Task<Result<std::vector<std::pair<ConversationId, Seq>>>> MysqlConversationStore::acknowledged(
    SessionId session) {
  auto rows =
      co_await pool_.read("SELECT conversation_id, ack_seq FROM session_positions WHERE sid = ?",
                          {session}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  std::vector<std::pair<ConversationId, Seq>> acks;
  acks.reserve(rows->size());
  for (const Row row : *rows) {
    acks.emplace_back(ConversationId{std::string{row.text(0)}}, row.id<Seq>(1));
  }
  co_return acks;
}

}  // namespace gochat::mysql

#include "adapters/mysql/log_save.hpp"

#include "adapters/mysql/wide_sql.hpp"

namespace gochat::mysql {
namespace {

const std::string insert_head =
    "INSERT INTO conversations (id, type, user_lo, user_hi, group_id, last_seq, last_event_no, "
    "member_version, last_message_id, last_message_at, created_at, updated_at) VALUES ";
constexpr std::string_view twelve = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// One that another log has just made is not overwritten but met as a key that is taken.
const WideSql insert_heads{{insert_head, twelve, ", "}};
// The rows are there and locked: an upsert is the update that takes many at once.
const WideSql update_heads{
    {insert_head, twelve, ", ",
     " ON DUPLICATE KEY UPDATE last_seq = VALUES(last_seq), last_event_no = VALUES(last_event_no), "
     "member_version = VALUES(member_version), last_message_id = VALUES(last_message_id), "
     "last_message_at = VALUES(last_message_at), updated_at = VALUES(updated_at)"}};

const std::string insert_group =
    "INSERT INTO `groups` (id, name, description, avatar_url, owner_id, member_count, max_members, "
    "join_policy, history_visible, disbanded, version, created_at, updated_at) VALUES ";
constexpr std::string_view thirteen = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const WideSql insert_groups{{insert_group, thirteen, ", "}};
const WideSql update_groups{
    {insert_group, thirteen, ", ",
     " ON DUPLICATE KEY UPDATE name = VALUES(name), description = VALUES(description), avatar_url "
     "= VALUES(avatar_url), owner_id = VALUES(owner_id), member_count = VALUES(member_count), "
     "max_members = VALUES(max_members), join_policy = VALUES(join_policy), history_visible = "
     "VALUES(history_visible), disbanded = VALUES(disbanded), version = VALUES(version), "
     "updated_at = VALUES(updated_at)"}};

const WideSql save_members{
    {"INSERT INTO group_members (group_id, user_id, role, muted_until, join_seq, left_seq, "
     "left_event_no, joined_at) VALUES ",
     "(?, ?, ?, ?, ?, ?, ?, ?)", ", ",
     " ON DUPLICATE KEY UPDATE role = VALUES(role), muted_until = VALUES(muted_until), join_seq = "
     "VALUES(join_seq), left_seq = VALUES(left_seq), left_event_no = VALUES(left_event_no), "
     "joined_at = VALUES(joined_at)"}};
const WideSql insert_messages{
    {"INSERT INTO messages (id, conversation_id, sender_id, client_msg_id, content_hash, "
     "message_type, content, reply_to, seq_id, status, created_at) VALUES ",
     "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ", "}};
const WideSql recall_messages{
    {"UPDATE messages SET content = '', status = 1 WHERE id IN (", "?", ", ", ")"}};
const WideSql insert_events{
    {"INSERT INTO conversation_events (conversation_id, event_no, at_seq, kind, actor_id, subject, "
     "argument, created_at) VALUES ",
     "(?, ?, ?, ?, ?, ?, ?, ?)", ", "}};

const std::string insert_position =
    "INSERT INTO read_positions (user_id, conversation_id, read_seq, ack_seq, muted, pinned, "
    "updated_at) VALUES ";
constexpr std::string_view seven = "(?, ?, ?, ?, ?, ?, ?)";
const WideSql raise_positions{
    {insert_position, seven, ", ",
     " ON DUPLICATE KEY UPDATE read_seq = GREATEST(read_seq, VALUES(read_seq)), ack_seq = "
     "GREATEST(ack_seq, VALUES(ack_seq)), updated_at = VALUES(updated_at)"}};
const WideSql save_settings{
    {insert_position, seven, ", ",
     " ON DUPLICATE KEY UPDATE read_seq = GREATEST(read_seq, VALUES(read_seq)), ack_seq = "
     "GREATEST(ack_seq, VALUES(ack_seq)), muted = VALUES(muted), pinned = VALUES(pinned), "
     "updated_at = VALUES(updated_at)"}};
const WideSql raise_acknowledged{
    {"INSERT INTO session_positions (sid, conversation_id, ack_seq) VALUES ", "(?, ?, ?)", ", ",
     " ON DUPLICATE KEY UPDATE ack_seq = GREATEST(ack_seq, VALUES(ack_seq))"}};

const WideSql lock_blocks{{"SELECT user_id FROM blocks WHERE ", "(user_id = ? AND blocked_id = ?)",
                           " OR ", " LOCK IN SHARE MODE"}};

template <class Id>
std::optional<Id> given(Id id) {
  return id ? std::optional{id} : std::nullopt;
}

void add(Params& params, std::initializer_list<Param> row) {
  params.insert(params.end(), row.begin(), row.end());
}

Params heads(const Scene& scene, bool created) {
  Params rows;
  for (const auto& [id, working] : scene.conversations) {
    if (working.created != created || (!created && !working.changed)) continue;
    const Conversation& head = working.head;
    add(rows, {id, head.kind, given(head.user_lo), given(head.user_hi), given(head.group),
               head.last_seq, head.last_event_no, head.member_version, head.last_message_id,
               head.last_message_at, head.created_at, working.touched});
  }
  return rows;
}

Params groups(const Scene& scene, bool created) {
  Params rows;
  for (const auto& [id, row] : scene.groups) {
    if (row.created != created || (!created && !row.changed)) continue;
    const Group& group = row.group;
    add(rows, {id, group.name, group.description, group.avatar, group.owner, group.member_count,
               group.max_members, group.join_policy, group.history_visible, group.disbanded,
               group.version, group.created_at, row.touched});
  }
  return rows;
}

Params members(const Scene& scene) {
  Params rows;
  for (const auto& [key, found] : scene.members) {
    if (!found.changed) continue;
    const Membership& member = *found.row;
    add(rows, {key.group, key.user, member.role, member.muted_until, member.join_seq,
               member.left_seq, member.left_event_no, member.joined_at});
  }
  return rows;
}

Params messages(const Scene& scene) {
  Params rows;
  for (const auto& message : scene.fresh) {
    add(rows, {message->id, message->conversation, message->sender, Bytes{message->client_msg_id},
               message->content_hash, message->type, message->content, message->reply_to,
               message->seq, message->recalled, message->sent_at});
  }
  return rows;
}

Params events(const Scene& scene) {
  Params rows;
  for (const ConversationEvent& event : scene.events) {
    add(rows, {event.conversation, event.no, event.at_seq, event.kind, event.actor, event.subject,
               event.argument, event.at});
  }
  return rows;
}

Params positions(const Scene& scene, bool with_settings) {
  Params rows;
  for (const auto& [key, position] : scene.positions) {
    if (position.settings_changed != with_settings) continue;
    if (!with_settings && !position.changed) continue;
    add(rows, {key.user, key.conversation, position.read, position.ack, position.muted,
               position.pinned, position.touched});
  }
  return rows;
}

Params acknowledged(const Scene& scene) {
  Params rows;
  for (const auto& [key, seq] : scene.acknowledged) add(rows, {key.first, key.second, seq});
  return rows;
}

// Those whose rows were not read, too.
Task<Result<void>> empty_groups(Connection* connection, const Scene* scene, Deadline deadline) {
  for (const auto& [id, working] : scene->conversations) {
    const auto row = scene->groups.find(working.head.group);
    if (row == scene->groups.end() || !row->second.disbanded_now) continue;
    auto left = co_await connection->run(
        "UPDATE group_members SET left_seq = ?, left_event_no = ? WHERE group_id = ? AND left_seq "
        "IS NULL",
        {working.head.last_seq, working.head.last_event_no, row->first}, deadline);
    if (!left) co_return std::move(left).error();
  }
  co_return Unit{};
}

// A block may have been written since the scene was loaded, by somebody who found no conversation
// to lock: see write_block. Then all is undone, and judged again behind the block.
Task<Result<void>> look_for_blocks(Connection* connection, const Scene* scene, Deadline deadline) {
  Params pairs;
  for (const auto& [id, working] : scene->conversations) {
    const Conversation& head = working.head;
    if (!working.created || head.kind != ConversationKind::single) continue;
    add(pairs, {head.user_lo, head.user_hi});
    add(pairs, {head.user_hi, head.user_lo});
  }
  bool blocked = false;
  auto looked = co_await read_wide(
      connection, &lock_blocks, std::move(pairs), [&](const Row&) { blocked = true; }, deadline);
  if (looked && blocked) co_return failed(ErrorCode::conflict, "a block came in between");
  co_return looked;
}

}  // namespace

Task<Result<void>> save_scene(Connection* connection, const Scene* scene, Deadline deadline) {
  struct Write {
    const WideSql* sql;
    Params rows;
  };
  std::vector<Write> writes;
  writes.push_back({&insert_heads, heads(*scene, true)});
  writes.push_back({&insert_groups, groups(*scene, true)});
  writes.push_back({&update_groups, groups(*scene, false)});
  writes.push_back({&save_members, members(*scene)});
  writes.push_back({&insert_messages, messages(*scene)});
  writes.push_back({&recall_messages, {scene->recalled.begin(), scene->recalled.end()}});
  writes.push_back({&insert_events, events(*scene)});
  writes.push_back({&raise_positions, positions(*scene, false)});
  writes.push_back({&save_settings, positions(*scene, true)});
  writes.push_back({&raise_acknowledged, acknowledged(*scene)});
  writes.push_back({&update_heads, heads(*scene, false)});
  for (Write& write : writes) {
    auto done = co_await write_wide(connection, write.sql, std::move(write.rows), deadline);
    if (!done) co_return done;
  }
  auto emptied = co_await empty_groups(connection, scene, deadline);
  if (!emptied) co_return emptied;
  co_return co_await look_for_blocks(connection, scene, deadline);
}

}  // namespace gochat::mysql

#include "adapters/mysql/log_load.hpp"

#include <algorithm>
#include <variant>

#include "adapters/mysql/records.hpp"
#include "adapters/mysql/wide_sql.hpp"

namespace gochat::mysql {
namespace {

const WideSql find_pairs{{"SELECT user_lo, user_hi, id FROM conversations WHERE ",
                          "(user_lo = ? AND user_hi = ?)", " OR "}};
const WideSql lock_heads{
    {"SELECT c.id, c.type, c.user_lo, c.user_hi, c.group_id, c.last_seq, c.last_event_no, "
     "c.member_version, c.last_message_id, c.last_message_at, c.created_at, 0, '' FROM "
     "conversations c WHERE c.id IN (",
     "?", ", ", ") ORDER BY c.id FOR UPDATE"}};
const WideSql find_sent{{select(message_columns, "FROM messages m WHERE "),
                         "(m.sender_id = ? AND m.client_msg_id = ?)", " OR "}};
const WideSql find_messages{
    {select(message_columns, "FROM messages m WHERE m.id IN ("), "?", ", ", ")"}};
const WideSql find_ids{{"SELECT id FROM messages WHERE id IN (", "?", ", ", ")"}};
const WideSql find_groups{
    {select(group_columns, "FROM `groups` g WHERE g.id IN ("), "?", ", ", ")"}};
const WideSql find_members{{select(member_columns, ", m.group_id FROM group_members m WHERE "),
                            "(m.group_id = ? AND m.user_id = ?)", " OR "}};
const WideSql count_groups{
    {"SELECT user_id, COUNT(*) FROM group_members WHERE left_seq IS NULL AND user_id IN (", "?",
     ", ", ") GROUP BY user_id"}};
// Until the commit nobody is disabled who was found active.
const WideSql find_statuses{
    {"SELECT id, status FROM users WHERE id IN (", "?", ", ", ") ORDER BY id LOCK IN SHARE MODE"}};
const WideSql find_blocks{
    {"SELECT user_id, blocked_id FROM blocks WHERE ", "(user_id = ? AND blocked_id = ?)", " OR "}};
const WideSql find_positions{
    {"SELECT user_id, conversation_id, read_seq, ack_seq, muted, pinned FROM read_positions WHERE ",
     "(user_id = ? AND conversation_id = ?)", " OR "}};

template <class Keys>
Params ids_of(const Keys& keys) {
  return {keys.begin(), keys.end()};
}
template <class Keys, class Split>
Params pairs_of(const Keys& keys, Split split) {
  Params params;
  params.reserve(keys.size() * 2);
  for (const auto& key : keys) split(key, params);
  return params;
}

bool changes_members(const Change& change) {
  return !std::holds_alternative<change::OpenSingle>(change.body) &&
         !std::holds_alternative<change::Recall>(change.body) &&
         !std::holds_alternative<change::AdvanceRead>(change.body) &&
         !std::holds_alternative<change::Acknowledge>(change.body) &&
         !std::holds_alternative<change::EditSettings>(change.body);
}

}  // namespace

std::vector<ConversationId> conversations_of(const LogItem& item) {
  if (const auto* draft = std::get_if<MessageDraft>(&item)) return {draft->message.conversation};
  const auto& change = std::get<Change>(item);
  const auto* open = std::get_if<change::OpenSingle>(&change.body);
  if (open == nullptr) return {change.conversation};
  return {change.conversation, single_id(open->a, open->b),
          single_id_after_clash(open->a, open->b)};
}

// Collects what the items need, once the heads are known.
class SceneLoader::Collector {
 public:
  Collector(const Scene& scene, Needs& needs, const std::vector<const LogItem*>& items)
      : scene_{scene}, needs_{needs} {
    for (const LogItem* item : items) {
      const auto* change = std::get_if<Change>(item);
      if (change != nullptr && changes_members(*change)) moved_.insert(change->conversation);
    }
    for (const LogItem* item : items) std::visit(*this, *item);
  }

  void operator()(const MessageDraft& draft) {
    const Message& message = draft.message;
    if (scene_.sent.contains({message.sender, message.client_msg_id})) return;
    // Whether or not the conversation is there already: it may be opened in this transaction.
    if (draft.doubt) needs_.statuses.insert(message.sender);
    const Conversation* const head = this->head(message.conversation);
    if (head == nullptr && !moved_.contains(message.conversation)) return;
    const bool judged = head != nullptr && !draft.doubt &&
                        draft.judged_by == head->member_version &&
                        !moved_.contains(message.conversation);
    if (!judged) judging(message.conversation, message.sender);
    if (message.conversation == world_id) {
      needs_.positions.insert({message.sender, message.conversation});
    }
  }
  void operator()(const Change& change) {
    if (const Conversation* head = this->head(change.conversation)) {
      if (head->last_message_id) needs_.messages.insert(head->last_message_id);
    }
    std::visit([&](const auto& body) { add(change, body); }, change.body);
  }

 private:
  const Conversation* head(const ConversationId& id) const {
    const auto found = scene_.conversations.find(id);
    return found == scene_.conversations.end() ? nullptr : &found->second.head;
  }
  void judging(const ConversationId& conversation, UserId user) {
    if (const auto group = group_of(conversation)) needs_.members.insert({*group, user});
    const Conversation* const head = this->head(conversation);
    if (head != nullptr && head->kind == ConversationKind::single) {
      both_ways(head->user_lo, head->user_hi);
    }
  }
  void both_ways(UserId a, UserId b) {
    needs_.blocks.insert({a, b});
    needs_.blocks.insert({b, a});
  }
  void of_group(const Change& change, std::initializer_list<UserId> users) {
    const auto group = group_of(change.conversation);
    if (!group) return;
    needs_.groups.insert(*group);
    for (const UserId user : users) needs_.members.insert({*group, user});
  }

  void add(const Change&, const change::OpenSingle& open) {
    both_ways(open.a, open.b);
    const auto known = scene_.singles.find(std::minmax(open.a, open.b));
    if (known == scene_.singles.end()) return;
    const Conversation* const head = this->head(known->second);
    if (head != nullptr && head->last_message_id) needs_.messages.insert(head->last_message_id);
  }
  void add(const Change& change, const change::CreateGroup& create) {
    of_group(change, {create.group.owner});
    needs_.groups.insert(create.group.id);
    needs_.group_counts.insert(create.group.owner);
    needs_.group_counts.insert(create.members.begin(), create.members.end());
  }
  void add(const Change& change, const change::Join& c) {
    of_group(change, {c.user});
    needs_.group_counts.insert(c.user);
  }
  void add(const Change& change, const change::AddMembers& c) {
    of_group(change, {c.actor});
    for (const UserId user : c.users) of_group(change, {user});
    needs_.group_counts.insert(c.users.begin(), c.users.end());
  }
  void add(const Change& change, const change::Transfer& c) { of_group(change, {c.actor, c.to}); }
  void add(const Change& change, const change::Leave& c) { of_group(change, {c.user}); }
  void add(const Change& change, const change::Disband& c) { of_group(change, {c.actor}); }
  void add(const Change& change, const change::EditGroup& c) { of_group(change, {c.actor}); }
  void add(const Change& change, const change::Recall& c) {
    of_group(change, {c.actor});
    needs_.messages.insert(c.message);
  }
  template <class Body>
    requires requires(const Body& c) { c.actor, c.user; }
  void add(const Change& change, const Body& c) {
    of_group(change, {c.actor, c.user});
  }
  template <class OfPosition>
    requires(!requires(const OfPosition& c) { c.actor; })
  void add(const Change& change, const OfPosition& c) {
    of_group(change, {c.user});
    needs_.positions.insert({c.user, change.conversation});
  }

  const Scene& scene_;
  Needs& needs_;
  std::set<ConversationId> moved_;  // their members change within the batch
};

Task<Result<Scene>> SceneLoader::load(Ids ids) {
  auto done = co_await lock_conversations();
  if (done) done = co_await read_sent();
  if (done) {
    Collector{scene_, needs_, items_};
    done = co_await read_groups();
  }
  if (done) done = co_await read_people();
  if (done) done = co_await read_rest();
  if (done && ids == Ids::looked_up) done = co_await read_taken_ids();
  if (!done) co_return std::move(done).error();
  co_return std::move(scene_);
}

Task<Result<void>> SceneLoader::lock_conversations() {
  std::set<UserPair> pairs;
  std::set<ConversationId> ids;
  for (const LogItem* item : items_) {
    for (ConversationId& id : conversations_of(*item)) ids.insert(std::move(id));
    const auto* change = std::get_if<Change>(item);
    const auto* open = change ? std::get_if<change::OpenSingle>(&change->body) : nullptr;
    if (open != nullptr) pairs.insert(std::minmax(open->a, open->b));
  }
  // A pair keeps its conversation for ever, so this holds without a lock.
  const auto known_pair = [&](const Row& row) {
    ConversationId id{std::string{row.text(2)}};
    ids.insert(id);
    scene_.singles.emplace(UserPair{row.id<UserId>(0), row.id<UserId>(1)}, std::move(id));
  };
  auto found = co_await read_wide(&connection_, &find_pairs,
                                  pairs_of(pairs,
                                           [](const UserPair& pair, Params& params) {
                                             params.emplace_back(pair.first);
                                             params.emplace_back(pair.second);
                                           }),
                                  known_pair, deadline_);
  if (!found) co_return found;
  const auto locked = [this](const Row& row) {
    Working working;
    working.head = head_record(row);
    const ConversationId id = working.head.id;
    scene_.conversations.emplace(id, std::move(working));
  };
  co_return co_await read_wide(&connection_, &lock_heads, ids_of(ids), locked, deadline_);
}

Task<Result<void>> SceneLoader::read_sent() {
  Params keys;
  for (const LogItem* item : items_) {
    const auto* draft = std::get_if<MessageDraft>(item);
    if (draft == nullptr) continue;
    keys.emplace_back(draft->message.sender);
    keys.emplace_back(Bytes{draft->message.client_msg_id});
  }
  const auto take = [this](const Row& row) {
    auto message = std::make_shared<const Message>(message_record(row));
    SentKey key{message->sender, message->client_msg_id};
    scene_.sent.emplace(std::move(key), std::move(message));
  };
  co_return co_await read_wide(&connection_, &find_sent, std::move(keys), take, deadline_);
}

Task<Result<void>> SceneLoader::read_groups() {
  const auto take_group = [this](const Row& row) {
    const Group group = group_record(row);
    scene_.groups.emplace(group.id, GroupRow{group, {}});
  };
  auto done =
      co_await read_wide(&connection_, &find_groups, ids_of(needs_.groups), take_group, deadline_);
  if (!done) co_return done;
  const auto take_member = [this](const Row& row) {
    Membership member = member_record(row);
    const MemberKey key{row.id<GroupId>(member_columns_count), member.user};
    scene_.members[key] = {std::move(member)};
  };
  auto keys = pairs_of(needs_.members, [](const MemberKey& key, Params& params) {
    params.emplace_back(key.group);
    params.emplace_back(key.user);
  });
  done = co_await read_wide(&connection_, &find_members, std::move(keys), take_member, deadline_);
  if (!done) co_return done;
  const auto take_count = [this](const Row& row) {
    scene_.groups_of[row.id<UserId>(0)] = static_cast<std::size_t>(row.int64(1));
  };
  co_return co_await read_wide(&connection_, &count_groups, ids_of(needs_.group_counts), take_count,
                               deadline_);
}

Task<Result<void>> SceneLoader::read_people() {
  const auto take_status = [this](const Row& row) {
    scene_.statuses[row.id<UserId>(0)] = row.one_of<UserStatus>(1);
  };
  auto done = co_await read_wide(&connection_, &find_statuses, ids_of(needs_.statuses), take_status,
                                 deadline_);
  if (!done) co_return done;
  const auto take_block = [this](const Row& row) {
    scene_.blocks.insert({row.id<UserId>(0), row.id<UserId>(1)});
  };
  auto keys = pairs_of(needs_.blocks, [](const UserPair& pair, Params& params) {
    params.emplace_back(pair.first);
    params.emplace_back(pair.second);
  });
  co_return co_await read_wide(&connection_, &find_blocks, std::move(keys), take_block, deadline_);
}

Task<Result<void>> SceneLoader::read_rest() {
  const auto take_position = [this](const Row& row) {
    PositionRow position;
    position.read = row.id<Seq>(2);
    position.ack = row.id<Seq>(3);
    position.muted = row.flag(4);
    position.pinned = row.flag(5);
    const PositionKey key{row.id<UserId>(0), ConversationId{std::string{row.text(1)}}};
    scene_.positions[key] = position;
  };
  auto keys = pairs_of(needs_.positions, [](const PositionKey& key, Params& params) {
    params.emplace_back(key.user);
    params.emplace_back(key.conversation);
  });
  auto done =
      co_await read_wide(&connection_, &find_positions, std::move(keys), take_position, deadline_);
  if (!done) co_return done;
  const auto take_message = [this](const Row& row) {
    auto message = std::make_shared<Message>(message_record(row));
    scene_.messages[message->id] = std::move(message);
  };
  co_return co_await read_wide(&connection_, &find_messages, ids_of(needs_.messages), take_message,
                               deadline_);
}

Task<Result<void>> SceneLoader::read_taken_ids() {
  Params ids;
  for (const LogItem* item : items_) {
    if (const auto* draft = std::get_if<MessageDraft>(item)) ids.emplace_back(draft->message.id);
  }
  const auto take = [this](const Row& row) { scene_.taken.insert(row.id<MessageId>(0)); };
  co_return co_await read_wide(&connection_, &find_ids, std::move(ids), take, deadline_);
}

}  // namespace gochat::mysql

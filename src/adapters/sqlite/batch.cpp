#include "adapters/sqlite/batch.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"
#include "base/assert.hpp"
#include "domain/snowflake.hpp"

namespace gochat::sqlite {
namespace {

const std::string select_head =
    select(head_columns,
           "FROM conversations c LEFT JOIN heads h ON h.conversation = c.key WHERE c.id = ?");
const std::string select_message =
    select(message_columns,
           "FROM messages m JOIN conversations c ON c.key = m.conversation WHERE m.id = ?");

}  // namespace

std::uint64_t dedup_hash_of(SipKey key, UserId sender, std::string_view client_msg_id) {
  std::string text(sizeof(std::int64_t), '\0');
  const std::int64_t number = sender.number();
  std::memcpy(text.data(), &number, sizeof number);
  text += client_msg_id;
  return siphash(key, text);
}

std::uint64_t Batch::dedup_hash(UserId sender, std::string_view client_msg_id) const {
  return dedup_hash_of(ground_.sip_key, sender, client_msg_id);
}

Result<Working*> Batch::conversation(const ConversationId& id) {
  if (const auto found = conversations_.find(id); found != conversations_.end()) {
    return found->second.get();
  }
  if (const auto known = ground_.recent.find(id)) {
    auto working = std::make_unique<Working>(known->key, *known->head);
    return conversations_.emplace(id, std::move(working)).first->second.get();
  }
  return load(id);
}

Result<Working*> Batch::load(const ConversationId& id) {
  auto row =
      query_one(db(), select_head, [](const Statement& s) { return head_row(s); }, id.text());
  if (!row) return std::move(row).error();
  if (!*row) return static_cast<Working*>(nullptr);
  auto working = std::make_unique<Working>((*row)->key, std::move((*row)->head));
  return conversations_.emplace(id, std::move(working)).first->second.get();
}

Working& Batch::created(Working working) {
  working.changed = true;
  const ConversationId id = working.head.id;
  auto [at, is_new] = conversations_.emplace(id, std::make_unique<Working>(std::move(working)));
  GOCHAT_ASSERT(is_new);
  return *at->second;
}

// Also far above the clock: the log's order is the order of its ids, whatever a clock or another
// source of ids says.
MessageId Batch::rising_id(MessageId wanted, WallTime at) {
  MessageId& last = logs_.last_message;
  if (wanted <= last) wanted = MessageId{Snowflake{0, last.number()}.next(at)};
  return last = wanted;
}

Result<void> Batch::append(Working& working, std::shared_ptr<Message> message) {
  Conversation& head = working.head;
  message->id = rising_id(message->id, message->sent_at);
  message->seq = next(head.last_seq);
  message->recalled = false;
  auto inserted = execute(db(), "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                          message->id, working.key, message->seq, message->sender,
                          message->client_msg_id, message->content_hash, message->type,
                          message->content, message->reply_to, 0, ms(message->sent_at));
  if (!inserted) return inserted;
  if (auto moved = move_sender(working, *message); !moved) return moved;
  head.last_seq = message->seq;
  head.last_message_id = message->id;
  head.last_sender = message->sender;
  head.last_message_at = message->sent_at;
  working.unseen = message;
  working.changed = true;
  const std::uint64_t hash = dedup_hash(message->sender, message->client_msg_id);
  published_.rows.push_back({working.key, std::move(message), hash});
  sent_.add(hash, static_cast<std::int64_t>(published_.rows.size()));
  return {};
}

// Who writes has read. The row of the log says so by itself and is read back at start, except in
// the world room, where only those who ever marked something as read have a position.
Result<void> Batch::move_sender(const Working& working, const Message& message) {
  const PositionKey key{message.sender, working.key};
  const Mark mark{message.seq, Seq{}};
  if (working.head.kind == ConversationKind::world) {
    auto present = this->mark(key);
    if (!present) return std::move(present).error();
    return present->read ? raise(key, SessionId{}, mark) : Result<void>{};
  }
  raised_.raise(key, mark);
  return {};
}

Result<SharedMessage> Batch::find_sent(UserId sender, const std::string& client_msg_id) {
  const std::uint64_t hash = dedup_hash(sender, client_msg_id);
  SharedMessage found;
  sent_.find(hash, [&](std::int64_t at) {
    const SharedMessage& message = published_.rows[static_cast<std::size_t>(at - 1)].message;
    if (message->sender != sender || message->client_msg_id != client_msg_id) return false;
    found = message;
    return true;
  });
  if (found) return found;
  std::vector<MessageId> ids = ground_.recent.candidates(hash);
  auto merged = DedupTables::candidates(db(), *ground_.dedup.generations(), hash);
  if (!merged) return std::move(merged).error();
  ids.insert(ids.end(), merged->begin(), merged->end());
  for (const MessageId id : ids) {
    auto row =
        query_one(db(), select_message, [](const Statement& s) { return message_row(s); }, id);
    if (!row) return std::move(row).error();
    if (*row && (*row)->sender == sender && (*row)->client_msg_id == client_msg_id) {
      return SharedMessage{std::make_shared<Message>(std::move(**row))};
    }
  }
  return SharedMessage{};
}

// The head's row is written at once: the message may lie below the watermark, where nobody looks at
// start.
Result<void> Batch::replace(Working& working, SharedMessage recalled) {
  auto blanked =
      execute(db(), "UPDATE messages SET content = '', status = 1 WHERE id = ?", recalled->id);
  if (!blanked) return blanked;
  for (Published::Row& row : published_.rows) {
    if (row.message->id == recalled->id) row.message = recalled;
  }
  Conversation& head = working.head;
  if (head.last_message_id == recalled->id) {
    working.unseen = nullptr;
    head.last_preview.clear();
    working.changed = true;
    auto saved =
        execute(db(), "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?, '')", working.key,
                head.last_seq, head.last_message_id, head.last_sender, ms(head.last_message_at));
    if (!saved) return saved;
  }
  published_.recalled.push_back({working.key, std::move(recalled), 0});
  return {};
}

Result<ConversationEvent> Batch::event(Working& working, ConversationEvent event, Members members) {
  Conversation& head = working.head;
  event.conversation = head.id;
  event.no = next(head.last_event_no);
  event.at_seq = head.last_seq;
  auto inserted = execute(db(), "INSERT INTO conversation_events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                          working.key, event.no, event.at_seq, event.kind, event.actor,
                          event.subject, event.argument, ms(event.at));
  if (!inserted) return std::move(inserted).error();
  head.last_event_no = event.no;
  working.changed = working.numbers_changed = true;
  if (members == Members::changed) bump_members(working);
  return event;
}

void Batch::bump_members(Working& working) {
  working.head.member_version = next(working.head.member_version);
  working.changed = working.numbers_changed = true;
}

Result<void> Batch::flush() {
  for (const auto& [id, working] : conversations_) {
    if (!working->numbers_changed) continue;
    auto saved = execute(
        db(), "UPDATE conversations SET last_event_no = ?, member_version = ? WHERE key = ?",
        working->head.last_event_no, working->head.member_version, working->key);
    if (!saved) return saved;
  }
  return {};
}

Result<Mark> Batch::mark(const PositionKey& key) {
  auto stored = query_one(
      db(), "SELECT read_seq, ack_seq FROM read_positions WHERE user_id = ? AND conversation = ?",
      [](const Statement& s) { return Mark{Seq{s.uint64(0)}, Seq{s.uint64(1)}}; }, key.user,
      key.conversation);
  if (!stored) return std::move(stored).error();
  Mark mark = stored->value_or(Mark{});
  mark.raise(ground_.recent.mark(key));
  if (const Mark* raised = raised_.find(key)) mark.raise(*raised);
  return mark;
}

Result<void> Batch::raise(const PositionKey& key, SessionId session, Mark mark) {
  auto logged =
      execute(db(), "INSERT INTO position_log VALUES (?, ?, ?, ?, ?, ?)", ++logs_.last_position,
              key.user, key.conversation, session, mark.read, mark.ack);
  if (!logged) return logged;
  raised_.raise(key, mark);
  if (session) published_.acks.push_back({session, key.conversation, mark.ack});
  return {};
}

Published Batch::take_published() {
  for (const auto& [id, working] : conversations_) {
    if (!working->changed) continue;
    working->present();
    published_.heads.push_back(
        {working->key, std::make_shared<const Conversation>(std::move(working->head))});
  }
  published_.positions.reserve(raised_.size());
  raised_.each([this](const PositionKey& key, const Mark& mark) {
    published_.positions.push_back({key, mark});
  });
  published_.last_position = logs_.last_position;
  return std::move(published_);
}

}  // namespace gochat::sqlite

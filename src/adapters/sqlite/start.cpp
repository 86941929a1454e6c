#include "adapters/sqlite/start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"

namespace gochat::sqlite {
namespace {

// Rows that are handed to memory at once.
constexpr std::size_t rows_at_once = 4096;

// The id of a conversation is looked up once and not for each of its rows.
const std::string select_log =
    "SELECT m.id, '', m.seq, m.sender_id, m.client_msg_id, m.content_hash, m.message_type, "
    "m.content, m.reply_to, m.status, m.created_at, m.conversation FROM messages m WHERE m.id > ? "
    "ORDER BY m.id";
constexpr int log_conversation_at = 11;
const std::string select_head =
    select(head_columns,
           "FROM conversations c LEFT JOIN heads h ON h.conversation = c.key WHERE c.key = ?");

struct MetaRow {
  Identity identity;
  std::string environment;
};

Result<std::optional<MetaRow>> read_meta(Connection& db) {
  return query_one(
      db,
      "SELECT epoch, sip_k0, sip_k1, message_watermark, position_watermark, "
      "environment FROM meta",
      [](const Statement& s) {
        return MetaRow{{s.uint64(0), {s.uint64(1), s.uint64(2)}, MessageId{s.int64(3)}, s.int64(4)},
                       std::string{s.text(5)}};
      });
}

// Replays the log of messages into memory.
class LogReplay {
 public:
  LogReplay(Connection& db, Recent& recent, SipKey sip_key)
      : db_{db}, recent_{recent}, sip_key_{sip_key} {}

  Result<void> add(ConversationKey key, Message message) {
    auto place = place_of(key);
    if (!place) return std::move(place).error();
    message.conversation = (*place)->head.id;
    // A position in the world room needs an explicit mark and then has its row in the other log.
    if ((*place)->head.kind != ConversationKind::world) {
      published_.positions.push_back({{message.sender, key}, {message.seq, Seq{}}});
    }
    const std::uint64_t hash = dedup_hash_of(sip_key_, message.sender, message.client_msg_id);
    auto shared = std::make_shared<const Message>(std::move(message));
    // The stored head may be ahead of the watermark.
    if (shared->seq > (*place)->head.last_seq) (*place)->newest = shared;
    published_.rows.push_back({key, std::move(shared), hash});
    if (published_.rows.size() >= rows_at_once) recent_.publish(std::exchange(published_, {}));
    return {};
  }

  // Heads as they are behind the last row.
  void finish() {
    for (auto& [key, place] : places_) {
      if (place.newest) move_head(place.head, *place.newest);
      published_.heads.push_back({key, std::make_shared<const Conversation>(place.head)});
    }
    recent_.publish(std::exchange(published_, {}));
  }

 private:
  struct Place {
    Conversation head;
    SharedMessage newest = nullptr;
  };

  // Memory must know a conversation before its first row.
  Result<Place*> place_of(ConversationKey key) {
    if (const auto found = places_.find(key); found != places_.end()) return &found->second;
    auto stored = query_one(db_, select_head, [](const Statement& s) { return head_row(s); }, key);
    if (!stored) return std::move(stored).error();
    if (!*stored) return failed(ErrorCode::internal, "no conversation with key " + key.text());
    published_.heads.push_back({key, std::make_shared<const Conversation>((*stored)->head)});
    return &places_.emplace(key, Place{std::move((*stored)->head)}).first->second;
  }

  static void move_head(Conversation& head, const Message& message) {
    head.last_seq = message.seq;
    head.last_message_id = message.id;
    head.last_sender = message.sender;
    head.last_message_at = message.sent_at;
    head.last_preview = preview(message.content);
  }

  Connection& db_;
  Recent& recent_;
  const SipKey sip_key_;
  std::unordered_map<ConversationKey, Place> places_;
  Published published_;
};

Result<MessageId> replay_messages(Connection& db, const Identity& identity, Recent& recent) {
  MessageId last = identity.message_watermark;
  LogReplay replay{db, recent, identity.sip_key};
  auto statement = db.prepare(select_log);
  if (!statement) return std::move(statement).error();
  if (auto bound = statement->bind(last); !bound) return std::move(bound).error();
  for (;;) {
    auto row = statement->step();
    if (!row) return std::move(row).error();
    if (!*row) break;
    Message message = message_row(*statement);
    last = message.id;
    const ConversationKey key{statement->int64(log_conversation_at)};
    if (auto added = replay.add(key, std::move(message)); !added) return std::move(added).error();
  }
  replay.finish();
  return last;
}

Result<std::int64_t> replay_positions(Connection& db, std::int64_t watermark, Recent& recent) {
  Published published;
  published.last_position = watermark;
  auto rows = query_all(
      db,
      "SELECT id, user_id, conversation, sid, read_seq, ack_seq FROM position_log WHERE id > ? "
      "ORDER BY id",
      [&published](const Statement& s) {
        published.last_position = s.int64(0);
        const PositionKey key{UserId{s.int64(1)}, ConversationKey{s.int64(2)}};
        const Mark mark{Seq{s.uint64(4)}, Seq{s.uint64(5)}};
        published.positions.push_back({key, mark});
        const SessionId session{s.int64(3)};
        if (session) published.acks.push_back({session, key.conversation, mark.ack});
        return 0;
      },
      watermark);
  if (!rows) return std::move(rows).error();
  const std::int64_t last = published.last_position;
  recent.publish(std::move(published));
  return last;
}

}  // namespace

Result<Identity> identify(Connection& db, const std::string& environment, Random& random) {
  auto meta = read_meta(db);
  if (!meta) return std::move(meta).error();
  if (*meta) {
    if ((*meta)->environment != environment) {
      return Error{ErrorCode::conflict,
                   fmt::format("the database belongs to the environment \"{}\", not to \"{}\"",
                               (*meta)->environment, environment),
                   "choose another --data, or set server.environment", 0};
    }
    return (*meta)->identity;
  }
  Identity identity;
  // Kept below 2^53: clients in JavaScript compare it.
  constexpr int epoch_bits = 53;
  while (identity.epoch == 0) identity.epoch = random.number() >> (64 - epoch_bits);
  identity.sip_key = {random.number(), random.number()};
  auto made = execute(db,
                      "INSERT INTO meta (id, epoch, environment, sip_k0, sip_k1) VALUES (1, ?, ?, "
                      "?, ?)",
                      identity.epoch, environment, identity.sip_key.k0, identity.sip_key.k1);
  if (!made) return std::move(made).error();
  return identity;
}

Result<LogEnds> recover(Connection& db, const Identity& identity, Recent& recent) {
  auto last_message = replay_messages(db, identity, recent);
  if (!last_message) return std::move(last_message).error();
  auto last_position = replay_positions(db, identity.position_watermark, recent);
  if (!last_position) return std::move(last_position).error();
  return LogEnds{*last_message, *last_position};
}

Result<std::int64_t> highest_id(Connection& db) {
  return query_number(
      db,
      "SELECT max(ifnull((SELECT max(id) FROM messages), 0), ifnull((SELECT max(id) "
      "FROM users), 0), ifnull((SELECT max(id) FROM \"groups\"), 0))",
      0);
}

}  // namespace gochat::sqlite

#include "adapters/sqlite/message_reader.hpp"

#include "adapters/sqlite/batch.hpp"
#include "adapters/sqlite/page_reader.hpp"
#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"

namespace gochat::sqlite {
namespace {

const std::string select_message =
    select(message_columns,
           "FROM messages m JOIN conversations c ON c.key = m.conversation WHERE m.id = ?");
const std::string select_events =
    select(event_columns,
           "FROM conversation_events WHERE conversation = ? AND event_no > ? ORDER BY event_no "
           "LIMIT ?");

Result<std::optional<Message>> find_row(Connection& db, MessageId id) {
  return query_one(db, select_message, [](const Statement& s) { return message_row(s); }, id);
}

struct SentQuery {
  UserId sender;
  std::string client_msg_id;
  std::uint64_t hash;
};

// How often the filters may be exchanged while somebody looks; each time takes a merge of
// generations.
constexpr int looks_max = 10;

Result<std::optional<Message>> find_sent_row(Connection& db, const Recent& recent,
                                             const DedupTables& dedup, const SentQuery& query) {
  for (int n = 0; n < looks_max; ++n) {
    std::vector<MessageId> ids = recent.candidates(query.hash);
    const auto generations = dedup.generations();
    auto snapshot = db.begin_read();
    if (!snapshot) return std::move(snapshot).error();
    // Generations that were replaced by now may be gone from the tables already.
    if (dedup.generations() != generations) continue;
    auto merged = DedupTables::candidates(db, *generations, query.hash);
    if (!merged) return std::move(merged).error();
    ids.insert(ids.end(), merged->begin(), merged->end());
    for (const MessageId id : ids) {
      auto row = find_row(db, id);
      if (!row) return std::move(row).error();
      if (*row && (*row)->sender == query.sender && (*row)->client_msg_id == query.client_msg_id) {
        return std::move(*row);
      }
    }
    return std::optional<Message>{};
  }
  return failed(ErrorCode::unavailable, "generations were exchanged whenever they were read");
}

Result<std::vector<ConversationEvent>> find_events(Connection& db, const ConversationId& id,
                                                   EventNo after, std::size_t limit) {
  auto key = query_number(db, "SELECT key FROM conversations WHERE id = ?", 0, id.text());
  if (!key) return std::move(key).error();
  if (*key == 0) return refused(ErrorCode::not_found, "this conversation does not exist");
  return query_all(
      db, select_events, [&id](const Statement& s) { return event_row(s, id); }, *key, after,
      limit);
}

}  // namespace

Task<Result<MessagePage>> SqliteMessageStore::page(PageQuery query) {
  if (auto page = page_from_memory(recent_, query)) co_return std::move(*page);
  co_return co_await readers_.read([this, query = std::move(query)](Connection& db) {
    return page_from_tables(db, recent_, query);
  });
}

Task<Result<Message>> SqliteMessageStore::find(MessageId id) {
  co_return co_await readers_.read([id](Connection& db) -> Result<Message> {
    auto row = find_row(db, id);
    if (!row) return std::move(row).error();
    if (!*row) return refused(ErrorCode::not_found, "this message does not exist");
    return std::move(**row);
  });
}

Task<Result<std::optional<Message>>> SqliteMessageStore::find_sent(UserId sender,
                                                                   std::string client_msg_id) {
  const std::uint64_t hash = dedup_hash_of(sip_key_, sender, client_msg_id);
  co_return co_await readers_.read(
      [this, query = SentQuery{sender, std::move(client_msg_id), hash}](Connection& db) {
        return find_sent_row(db, recent_, dedup_, query);
      });
}

Task<Result<std::vector<ConversationEvent>>> SqliteMessageStore::events(ConversationId conversation,
                                                                        EventNo after,
                                                                        std::size_t limit) {
  co_return co_await readers_.read(
      [conversation = std::move(conversation), after, limit](Connection& db) {
        return find_events(db, conversation, after, limit);
      });
}

}  // namespace gochat::sqlite

#include "adapters/mysql/message_reader.hpp"

#include <algorithm>
#include <limits>

#include "adapters/mysql/records.hpp"
#include "ports/page_filler.hpp"

namespace gochat::mysql {
namespace {

// The epoch tells the database itself from another one that somebody took for its replica.
constexpr std::string_view page_head_columns =
    "c.last_seq, c.last_event_no, (SELECT epoch FROM meta WHERE id = 1)";
constexpr std::size_t message_at = 3;

// One statement sees one state: the head and the rows that it counts. The rows are found in the
// index alone, so that no more of them are read than the page holds.
std::string select_page(std::string_view order) {
  std::string columns{page_head_columns};
  columns += ", ";
  columns += message_columns;
  std::string rest =
      "FROM conversations c LEFT JOIN (SELECT id FROM messages WHERE conversation_id = ? AND "
      "seq_id > ? AND seq_id < ? ORDER BY seq_id";
  rest += order;
  rest += " LIMIT ?) k ON TRUE LEFT JOIN messages m ON m.id = k.id WHERE c.id = ?";
  return select(columns, rest);
}
const std::string select_page_head =
    select(page_head_columns, "FROM conversations c WHERE c.id = ?");
const std::string select_up = select_page("");
const std::string select_down = select_page(" DESC");

const std::string select_message = select(message_columns, "FROM messages m WHERE m.id = ?");
const std::string select_sent =
    select(message_columns, "FROM messages m WHERE m.sender_id = ? AND m.client_msg_id = ?");
// A conversation without events is one row of nothing.
const std::string select_events =
    select(event_columns,
           "FROM conversations c LEFT JOIN (SELECT * FROM conversation_events WHERE "
           "conversation_id = ? AND event_no > ? ORDER BY event_no LIMIT ?) e ON TRUE WHERE c.id = "
           "?");

Error not_there() { return refused(ErrorCode::not_found, "this conversation does not exist"); }

struct Head {
  Seq last_seq;
  EventNo last_event_no;
  std::uint64_t epoch = 0;
};
Head head_of(const Row& row) { return {row.id<Seq>(0), row.id<EventNo>(1), row.uint64(2)}; }

struct PageRows {
  Head head;
  std::vector<Message> messages;  // in the order of reading
};

Task<Result<PageRows>> read_page(Pool* pool, const PageQuery* query, Deadline deadline) {
  const Seq after = query->after.value_or(Seq{});
  const auto before = query->before.value_or(Seq{std::numeric_limits<std::int64_t>::max()});
  const bool up = query->after.has_value();
  // One more than the page holds, to see whether there is more.
  const std::size_t limit = query->limit + 1;
  auto rows = co_await pool->read(Sql::lasting(up ? select_up : select_down),
                                  {query->conversation, after, before, limit, query->conversation},
                                  deadline);
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return not_there();
  PageRows page;
  page.head = head_of((*rows)[0]);
  for (const Row row : *rows) {
    if (!row.is_null(message_at)) page.messages.push_back(message_record(row, message_at));
  }
  // Asked of the server, the order would cost a sort of whole rows in a temporary table.
  std::ranges::sort(page.messages, {}, &Message::seq);
  if (!up) std::ranges::reverse(page.messages);
  co_return page;
}

MessagePage fill(const PageQuery& query, const Head& head, std::vector<Message> messages) {
  const PageBounds bounds = page_bounds(query, head.last_seq);
  PageFiller filler{query, bounds};
  for (Message& message : messages) {
    if (message.seq > bounds.high) continue;  // a replica may be ahead of the head that counts
    if (!filler.add(std::move(message))) break;
  }
  return filler.finish(head.last_seq, head.last_event_no);
}

Task<Result<Head>> read_head(Pool* pool, ConversationId id, Deadline deadline) {
  auto rows = co_await pool->read(Sql::lasting(select_page_head), {id}, deadline);
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return not_there();
  co_return head_of((*rows)[0]);
}

// What a client asks for that leafs back in time; what comes after a seq catches up, and the newest
// page follows the head.
bool is_history(const PageQuery& query) { return query.before && !query.after; }

}  // namespace

MysqlMessageStore::MysqlMessageStore(Pool& primary, const std::vector<Pool*>& replicas,
                                     ReplicaLimits limits)
    : primary_{primary}, limits_{limits} {
  for (Pool* pool : replicas) replicas_.push_back({pool, Breaker{limits.breaker}});
}

std::size_t MysqlMessageStore::left_alone() const {
  const MonoTime now = primary_.timers().now();
  return static_cast<std::size_t>(std::ranges::count_if(replicas_, [now](const Replica& replica) {
    return replica.breaker.state(now) != Breaker::State::closed;
  }));
}

Task<Result<MessagePage>> MysqlMessageStore::page(PageQuery query) {
  const Deadline deadline = primary_.soon();
  if (is_history(query) && !replicas_.empty()) {
    auto page = co_await page_from_replica(&query, deadline);
    if (page) co_return *std::move(page);
  }
  auto rows = co_await read_page(&primary_, &query, deadline);
  if (!rows) co_return std::move(rows).error();
  co_return fill(query, rows->head, std::move(rows->messages));
}

// The page is the primary's when the replica, in the snapshot of the page, has every message up to
// its upper end and every event, thus every recall, that the primary had before.
Task<std::optional<MessagePage>> MysqlMessageStore::page_from_replica(const PageQuery* query,
                                                                      Deadline deadline) {
  Timers& timers = primary_.timers();
  Replica& replica = replicas_[next_replica_++ % replicas_.size()];
  auto call = replica.breaker.enter(timers.now());
  if (!call) co_return std::nullopt;
  auto head = co_await read_head(&primary_, query->conversation, deadline);
  if (!head) co_return std::nullopt;
  const Deadline patience = std::min(deadline, timers.now() + limits_.answer_max);
  auto rows = co_await read_page(replica.pool, query, patience);
  // A conversation that it does not know yet is younger than what it has.
  if (!rows && rows.code() != ErrorCode::not_found) {
    call->failed(timers.now());
    counts_.replica_failed.add();
    co_return std::nullopt;
  }
  call->succeeded();
  const Seq end = page_bounds(*query, head->last_seq).high;
  if (!rows || rows->head.last_seq < end || rows->head.last_event_no < head->last_event_no) {
    counts_.replica_behind.add();
    co_return std::nullopt;
  }
  if (rows->head.epoch != head->epoch) {
    counts_.replica_failed.add();
    co_return std::nullopt;
  }
  counts_.from_replica.add();
  co_return fill(*query, *head, std::move(rows->messages));
}

Task<Result<Message>> MysqlMessageStore::find(MessageId id) {
  auto rows = co_await primary_.read(Sql::lasting(select_message), {id}, primary_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return refused(ErrorCode::not_found, "this message does not exist");
  co_return message_record((*rows)[0]);
}

Task<Result<std::optional<Message>>> MysqlMessageStore::find_sent(UserId sender,
                                                                  std::string client_msg_id) {
  auto rows = co_await primary_.read(Sql::lasting(select_sent), {sender, Bytes{client_msg_id}},
                                     primary_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return std::optional<Message>{};
  co_return std::optional{message_record((*rows)[0])};
}

Task<Result<std::vector<ConversationEvent>>> MysqlMessageStore::events(ConversationId conversation,
                                                                       EventNo after,
                                                                       std::size_t limit) {
  auto rows = co_await primary_.read(Sql::lasting(select_events),
                                     {conversation, after, limit, conversation}, primary_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return not_there();
  std::vector<ConversationEvent> events;
  for (const Row row : *rows) {
    if (!row.is_null(0)) events.push_back(event_record(row, conversation));
  }
  std::ranges::sort(events, {}, &ConversationEvent::no);
  co_return events;
}

}  // namespace gochat::mysql

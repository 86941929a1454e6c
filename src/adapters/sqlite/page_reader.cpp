#include "adapters/sqlite/page_reader.hpp"

#include <algorithm>

#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"
#include "ports/page_filler.hpp"

namespace gochat::sqlite {
namespace {

// How often a view is taken anew because a change was committed, but not yet published, in between.
// The gap is microseconds wide.
constexpr int views_max = 100;

const std::string select_head =
    select(head_columns,
           "FROM conversations c LEFT JOIN heads h ON h.conversation = c.key WHERE c.id = ?");
const std::string select_message =
    select(message_columns,
           "FROM messages m JOIN conversations c ON c.key = m.conversation WHERE m.id = ?");
const std::string select_order =
    select(message_columns,
           "FROM message_order o JOIN messages m ON m.id = o.id JOIN conversations c ON c.key = "
           "o.conversation WHERE o.conversation = ? AND o.seq BETWEEN ? AND ? ORDER BY o.seq");
const std::string select_order_down = select_order + " DESC";

Seq before(Seq seq) { return Seq{seq.number() - 1}; }

Recent::Range range_of(const PageBounds& bounds, const PageQuery& query) {
  // One more than the page holds, to see whether there is more.
  return {bounds.low, bounds.high, query.limit + 1, bounds.newest_first};
}

class TableReader {
 public:
  TableReader(Connection& db, const Recent& recent, const PageQuery& query)
      : db_{db}, recent_{recent}, query_{query} {}

  // Nothing when memory and tables show different states.
  Result<std::optional<MessagePage>> read(std::optional<ConversationKey> key);

 private:
  Result<bool> read_merged(ConversationKey key, Seq low, Seq high);
  Result<bool> read_unmerged(const std::vector<MessageId>& ids);
  Result<std::optional<MessagePage>> read_rows(const HeadRow& row, const RecentView& view);

  Connection& db_;
  const Recent& recent_;
  const PageQuery& query_;
  PageBounds bounds_;
  std::optional<PageFiller> filler_;
};

Result<bool> TableReader::read_merged(ConversationKey key, Seq low, Seq high) {
  if (low > high) return true;
  auto statement = db_.prepare(bounds_.newest_first ? select_order_down : select_order);
  if (!statement) return std::move(statement).error();
  if (auto bound = statement->bind(key, low, high); !bound) return std::move(bound).error();
  for (;;) {
    auto row = statement->step();
    if (!row) return std::move(row).error();
    if (!*row) return true;
    if (!filler_->add(message_row(*statement))) return false;
  }
}

Result<bool> TableReader::read_unmerged(const std::vector<MessageId>& ids) {
  for (std::size_t n = 0; n < ids.size(); ++n) {
    const MessageId id = bounds_.newest_first ? ids[ids.size() - 1 - n] : ids[n];
    auto row =
        query_one(db_, select_message, [](const Statement& s) { return message_row(s); }, id);
    if (!row) return std::move(row).error();
    if (!*row) return failed(ErrorCode::internal, "no row of message " + id.text());
    if (!filler_->add(std::move(**row))) return false;
  }
  return true;
}

Result<std::optional<MessagePage>> TableReader::read_rows(const HeadRow& row,
                                                          const RecentView& view) {
  filler_.emplace(query_, bounds_);
  // Below the first unmerged seq the tables answer.
  const bool has_unmerged = !view.unmerged.empty();
  const Seq merged_high = has_unmerged ? before(view.unmerged_from) : bounds_.high;
  Result<bool> more = true;
  if (bounds_.newest_first) {
    more = read_unmerged(view.unmerged);
    // What was not asked for beyond the limit must not be taken for merged rows.
    if (more && *more) more = read_merged(row.key, bounds_.low, merged_high);
  } else {
    more = read_merged(row.key, bounds_.low, std::min(merged_high, bounds_.high));
    if (more && *more) more = read_unmerged(view.unmerged);
  }
  if (!more) return std::move(more).error();
  return std::optional{filler_->finish(row.head.last_seq, row.head.last_event_no)};
}

Result<std::optional<MessagePage>> TableReader::read(std::optional<ConversationKey> key) {
  // Memory first: what leaves it from now on is in the tables by then.
  RecentView view;
  if (key) {
    view = recent_.view(*key, [this](const Conversation& head) {
      bounds_ = page_bounds(query_, head.last_seq);
      return range_of(bounds_, query_);
    });
  }
  auto snapshot = db_.begin_read();
  if (!snapshot) return std::move(snapshot).error();
  auto row = query_one(
      db_, select_head, [](const Statement& s) { return head_row(s); }, query_.conversation.text());
  if (!row) return std::move(row).error();
  if (!*row) return refused(ErrorCode::not_found, "this conversation does not exist");
  if (!view.head) {
    // The tables' head is whole only if memory has none.
    if (recent_.head((*row)->key)) return std::optional<MessagePage>{};
    bounds_ = page_bounds(query_, (*row)->head.last_seq);
  } else {
    // A recall or a membership change moves this number in the same transaction.
    if ((*row)->head.last_event_no != view.head->last_event_no) {
      return std::optional<MessagePage>{};
    }
    (*row)->head = *view.head;
  }
  return read_rows(**row, view);
}

}  // namespace

std::optional<MessagePage> page_from_memory(const Recent& recent, const PageQuery& query) {
  const auto key = recent.key_of(query.conversation);
  if (!key) return std::nullopt;
  PageBounds bounds;
  const RecentView view = recent.view(*key, [&](const Conversation& head) {
    bounds = page_bounds(query, head.last_seq);
    return range_of(bounds, query);
  });
  if (!view.head) return std::nullopt;
  PageFiller filler{query, bounds};
  const auto take = [&filler](const SharedMessage& message) { return filler.add(*message); };
  if (!bounds.empty()) {
    if (view.hot.empty()) return std::nullopt;
    const bool is_whole = bounds.newest_first ? view.hot.back()->seq == bounds.high
                                              : view.hot.front()->seq == bounds.low;
    if (!is_whole) return std::nullopt;
    if (bounds.newest_first) {
      for (auto at = view.hot.rbegin(); at != view.hot.rend() && take(*at); ++at) {
      }
    } else {
      for (auto at = view.hot.begin(); at != view.hot.end() && take(*at); ++at) {
      }
    }
    const Seq end = bounds.newest_first ? bounds.low : bounds.high;
    // Memory ended before the page did.
    if (!filler.is_cut() && filler.read_to() != end) return std::nullopt;
  }
  return filler.finish(view.head->last_seq, view.head->last_event_no);
}

Result<MessagePage> page_from_tables(Connection& db, const Recent& recent, const PageQuery& query) {
  for (int n = 0; n < views_max; ++n) {
    auto page = TableReader{db, recent, query}.read(recent.key_of(query.conversation));
    if (!page) return std::move(page).error();
    if (*page) return std::move(**page);
  }
  return failed(ErrorCode::unavailable, "the conversation changed whenever it was read");
}

}  // namespace gochat::sqlite

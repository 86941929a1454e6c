// What memory knows beyond the sorted tables: everything above the merge watermark, and the newest
// rows and heads of active conversations besides. Written by the commit thread after each commit,
// read by everybody.
//
// A reader asks here first and the database second: what has left this memory by the time of the
// answer had been merged, and committed, before.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/sqlite/hash_index.hpp"
#include "adapters/sqlite/position_map.hpp"
#include "base/mutex.hpp"
#include "domain/conversation.hpp"
#include "domain/message.hpp"
#include "domain/read_position.hpp"

namespace gochat::sqlite {

using SharedHead = std::shared_ptr<const Conversation>;
using SharedMessage = std::shared_ptr<const Message>;

struct FreshRow {
  ConversationKey conversation;
  Seq seq;
  MessageId id;
  std::uint64_t dedup_hash = 0;
};

// Everything that was committed between two watermarks.
struct Generation {
  explicit Generation(std::size_t expected) : ids_by_hash{expected}, positions{expected} {}

  std::vector<FreshRow> rows;
  HashIndex ids_by_hash;
  PositionMap positions;
  std::unordered_map<SessionId, std::unordered_map<ConversationKey, Seq>> session_acks;
  // The newest rows of the two logs that it holds.
  MessageId last_message;
  std::int64_t last_position = 0;
};

// What one commit changed.
struct Published {
  struct Head {
    ConversationKey key;
    SharedHead head;
  };
  struct Row {
    ConversationKey key;
    SharedMessage message;
    std::uint64_t dedup_hash;
  };
  struct Position {
    PositionKey key;
    Mark mark;
  };
  struct Ack {
    SessionId session;
    ConversationKey key;
    Seq seq;
  };
  std::vector<Row> rows;
  std::vector<Head> heads;
  std::vector<Position> positions;
  std::vector<Ack> acks;
  std::vector<Row> recalled;
  std::int64_t last_position = 0;
};

// A conversation as memory knows it, taken in one look.
struct RecentView {
  SharedHead head;  // none: the tables have it
  // Ids by seq from `unmerged_from` on, as far as they were asked for.
  Seq unmerged_from;
  std::vector<MessageId> unmerged;
  // Newest rows by seq without a gap, as far as they were asked for.
  std::vector<SharedMessage> hot;
};

class Recent {
 public:
  struct Limits {
    std::size_t merge_rows;
    std::size_t hot_bytes_max;
    std::size_t heads_max;
  };
  explicit Recent(Limits limits) : limits_{limits}, filling_{limits.merge_rows} {}

  std::optional<ConversationKey> key_of(const ConversationId& id) const;
  SharedHead head(ConversationKey key) const;
  struct Found {
    ConversationKey key;
    SharedHead head;
  };
  std::optional<Found> find(const ConversationId& id) const;
  // The rows with from <= seq <= to, at most `limit`, from the low end or from the high end.
  struct Range {
    Seq from;
    Seq to;
    std::size_t limit = 0;
    bool newest_first = false;
  };
  // Head and rows are of one moment; which rows, is asked once the head is known.
  RecentView view(ConversationKey key,
                  const std::function<Range(const Conversation&)>& range_of) const;
  Mark mark(const PositionKey& key) const;
  struct Overlay {
    SharedHead head;
    Mark mark;
  };
  // For a list: one look at many conversations of one user.
  std::vector<Overlay> overlay(UserId user, const std::vector<ConversationKey>& keys) const;
  std::vector<std::pair<ConversationKey, Seq>> session_acks(SessionId session) const;
  // Ids of rows above the watermark whose sender and client id may have this hash.
  std::vector<MessageId> candidates(std::uint64_t hash) const;

  // The rest is the commit thread's.
  void publish(Published published);
  std::size_t filling_rows() const;
  std::size_t filling_positions() const;
  // What has been filled is merged from now on, and a new generation is filled.
  std::shared_ptr<const Generation> freeze();
  // The tables answer for these rows now.
  void merged(ConversationKey key, Seq up_to);
  void merge_finished();

 private:
  struct Live {
    SharedHead head;
    Seq unmerged_from;
    std::vector<MessageId> unmerged;
    std::deque<SharedMessage> hot;
  };

  void add_row(Published::Row row) GOCHAT_REQUIRES(mutex_);
  void replace_row(const Published::Row& row) GOCHAT_REQUIRES(mutex_);
  void forget_oldest_rows() GOCHAT_REQUIRES(mutex_);
  void forget_idle_heads() GOCHAT_REQUIRES(mutex_);
  Mark mark_locked(const PositionKey& key) const GOCHAT_REQUIRES(mutex_);

  const Limits limits_;

  mutable Mutex mutex_;
  std::unordered_map<ConversationKey, Live> live_ GOCHAT_GUARDED_BY(mutex_);
  std::unordered_map<ConversationId, ConversationKey> keys_ GOCHAT_GUARDED_BY(mutex_);
  Generation filling_ GOCHAT_GUARDED_BY(mutex_);
  std::shared_ptr<const Generation> frozen_ GOCHAT_GUARDED_BY(mutex_);
  // Hot rows in the order of their commits, so that the oldest goes first.
  std::deque<ConversationKey> hot_order_ GOCHAT_GUARDED_BY(mutex_);
  std::size_t hot_bytes_ GOCHAT_GUARDED_BY(mutex_) = 0;
  // Conversations in the order in which they came into memory.
  std::deque<ConversationKey> head_order_ GOCHAT_GUARDED_BY(mutex_);
};

}  // namespace gochat::sqlite

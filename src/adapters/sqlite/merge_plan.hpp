// A generation put into the orders of the tables that it will be merged into, so that neighbours
// share pages.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/sqlite/dedup_filter.hpp"
#include "adapters/sqlite/recent.hpp"
#include "async/executor.hpp"
#include "base/mutex.hpp"

namespace gochat::sqlite {

struct MergePlan {
  struct Hash {
    std::uint64_t hash;
    MessageId id;
  };
  struct Head {
    ConversationKey key;
    Seq up_to;  // the last row of it that this generation holds
  };
  struct Ack {
    SessionId session;
    ConversationKey conversation;
    Seq seq;
  };
  std::vector<FreshRow> rows;  // by conversation and seq
  std::vector<Hash> hashes;    // as SQLite orders them: signed
  std::shared_ptr<const DedupFilter> filter;
  std::vector<Head> heads;             // by key
  std::vector<PositionKey> positions;  // by user and conversation
  std::vector<Ack> acks;               // by session and conversation

  std::size_t operations() const {
    return rows.size() + hashes.size() + heads.size() + positions.size() + acks.size();
  }
};

MergePlan make_plan(const Generation& generation);

// A plan that another thread makes.
class PendingPlan {
 public:
  // Where the executor takes no job the plan is made here and now.
  PendingPlan(Executor& sorter, std::shared_ptr<const Generation> generation);
  // Waits until the other thread has left.
  ~PendingPlan();

  // Null while it is being made.
  const MergePlan* ready() const;

 private:
  struct Slot {
    Mutex mutex;
    Condition made;
    std::optional<MergePlan> plan GOCHAT_GUARDED_BY(mutex);
  };
  std::shared_ptr<Slot> slot_ = std::make_shared<Slot>();
};

}  // namespace gochat::sqlite

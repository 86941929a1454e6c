// The commit thread's work: one transaction per batch, its outcome, and what memory learns of it.
#pragma once

#include <atomic>
#include <functional>

#include "adapters/sqlite/batch.hpp"
#include "adapters/sqlite/commit_queue.hpp"
#include "adapters/sqlite/merge.hpp"
#include "adapters/sqlite/store_figures.hpp"

namespace gochat::sqlite {

class Committer {
 public:
  struct Calls {
    std::function<void()> after_commit;  // when everybody has been answered: the checkpoints
    std::function<MonoTime()> now;
  };
  Committer(BatchGround ground, Recent& recent, Merge& merge, LogEnds logs, Calls calls);

  // Settles each write.
  void commit(Writes writes);

  // False after a failed sync: the kernel may have dropped what it could not write, and a second
  // sync would say ok. Nothing is written from then on.
  bool writable() const { return !broken_.load(std::memory_order_relaxed); }

  const StoreCounts& counts() const { return counts_; }

 private:
  struct Part {
    Write* write;
    std::size_t from;
    std::size_t to;
  };

  Result<void> transact(const std::vector<Part>& parts, bool merges);
  static std::size_t items_of(const std::vector<Part>& parts);
  Result<void> write(const std::vector<Part>& parts, bool merges);
  Result<void> fill(Batch& batch, const std::vector<Part>& parts, bool merges);
  Result<void> end_transaction(const std::vector<Part>& parts);
  void one_by_one(Write& write);
  void note_failure(const Error& error);

  BatchGround ground_;
  Recent& recent_;
  Merge& merge_;
  LogEnds logs_;
  Calls calls_;
  StoreCounts counts_;
  std::atomic<bool> broken_ = false;
  bool failing_ = false;
};

}  // namespace gochat::sqlite

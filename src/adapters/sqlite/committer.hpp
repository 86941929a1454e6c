// The commit thread's work: one transaction per batch, its outcome, and what memory learns of it.
#pragma once

#include <atomic>
#include <functional>

#include "adapters/sqlite/batch.hpp"
#include "adapters/sqlite/commit_queue.hpp"
#include "adapters/sqlite/merge.hpp"

namespace gochat::sqlite {

class Committer {
 public:
  // `after_commit` runs when everybody has been answered: the checkpoints.
  Committer(BatchGround ground, Recent& recent, Merge& merge, LogEnds logs,
            std::function<void()> after_commit);

  // Settles each write.
  void commit(Writes writes);

  // False after a failed sync: the kernel may have dropped what it could not write, and a second
  // sync would say ok. Nothing is written from then on.
  bool writable() const { return !broken_.load(std::memory_order_relaxed); }

 private:
  struct Part {
    Write* write;
    std::size_t from;
    std::size_t to;
  };

  Result<void> transact(const std::vector<Part>& parts, bool merges);
  Result<void> fill(Batch& batch, const std::vector<Part>& parts, bool merges);
  Result<void> end_transaction(const std::vector<Part>& parts);
  void one_by_one(Write& write);
  void note_failure(const Error& error);

  BatchGround ground_;
  Recent& recent_;
  Merge& merge_;
  LogEnds logs_;
  std::function<void()> after_commit_;
  std::atomic<bool> broken_ = false;
  bool failing_ = false;
};

}  // namespace gochat::sqlite

// Where writes wait for the commit thread. Whatever has queued when the thread comes is one
// transaction and one sync.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "adapters/sqlite/write.hpp"
#include "async/executor.hpp"
#include "async/timer.hpp"
#include "base/mutex.hpp"

namespace gochat::sqlite {

using Writes = std::vector<std::unique_ptr<Write>>;

class CommitQueue {
 public:
  struct Limits {
    std::size_t bytes_max;
    Duration age_max;
    std::size_t gather_items;
    Duration gather_max;
    std::size_t batch_items_max;
  };

  // `commit` runs on the writer; `now` is called from any thread. Both outlive the queue's work.
  CommitQueue(Executor& writer, Limits limits, std::function<MonoTime()> now,
              std::function<void(Writes)> commit);
  ~CommitQueue();

  // Settles the write at once when it is not taken: `overloaded` above the queue's bounds,
  // `unavailable` after close(). One whose deadline passes before its commit begins is settled
  // with `timeout` and not written.
  void push(std::unique_ptr<Write> write);

  // Returns when everything that was taken has been settled.
  void close();

  // From any thread; the age is that of the oldest write that no batch has taken.
  struct Figures {
    std::size_t bytes = 0;
    std::size_t items = 0;
    Duration age{};
    std::uint64_t refused = 0;  // because the queue was full or too old
  };
  Figures figures() const;

 private:
  struct Entry {
    std::unique_ptr<Write> write;
    MonoTime since;
  };

  Result<void> may_take(std::size_t bytes, MonoTime now) GOCHAT_REQUIRES(mutex_);
  void work();
  void settle_late(Writes& writes) const;
  // Empty: nothing is left, and the next push posts a new job.
  Writes next();
  Writes take() GOCHAT_REQUIRES(mutex_);

  Executor& writer_;
  const Limits limits_;
  const std::function<MonoTime()> now_;
  const std::function<void(Writes)> commit_;

  mutable Mutex mutex_;
  Condition wake_;
  std::deque<Entry> waiting_ GOCHAT_GUARDED_BY(mutex_);
  std::size_t items_ GOCHAT_GUARDED_BY(mutex_) = 0;
  // Of what waits and of what is being committed.
  std::size_t bytes_ GOCHAT_GUARDED_BY(mutex_) = 0;
  std::size_t committing_bytes_ GOCHAT_GUARDED_BY(mutex_) = 0;
  std::uint64_t refused_ GOCHAT_GUARDED_BY(mutex_) = 0;
  bool working_ GOCHAT_GUARDED_BY(mutex_) = false;
  bool closed_ GOCHAT_GUARDED_BY(mutex_) = false;
};

}  // namespace gochat::sqlite

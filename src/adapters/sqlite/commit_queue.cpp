#include "adapters/sqlite/commit_queue.hpp"

#include "base/assert.hpp"

namespace gochat::sqlite {

CommitQueue::CommitQueue(Executor& writer, Limits limits, std::function<MonoTime()> now,
                         std::function<void(Writes)> commit)
    : writer_{writer}, limits_{limits}, now_{std::move(now)}, commit_{std::move(commit)} {}

CommitQueue::~CommitQueue() { close(); }

Result<void> CommitQueue::may_take(std::size_t bytes, MonoTime now) {
  if (closed_) return failed(ErrorCode::unavailable, "the store is closed");
  // A write that is larger than the bound passes when it is alone: it was accepted by other limits.
  if (bytes_ != 0 && bytes_ + bytes > limits_.bytes_max) {
    return failed(ErrorCode::overloaded, "the commit queue is full");
  }
  if (!waiting_.empty() && now - waiting_.front().since > limits_.age_max) {
    return failed(ErrorCode::overloaded, "the oldest write in the commit queue waits too long");
  }
  return {};
}

void CommitQueue::push(std::unique_ptr<Write> write) {
  const std::size_t bytes = write->bytes();
  const MonoTime now = now_();
  bool start = false;
  bool is_enough = false;
  Result<void> taken;
  {
    MutexLock lock{mutex_};
    taken = may_take(bytes, now);
    if (taken.code() == ErrorCode::overloaded) ++refused_;
    if (taken) {
      bytes_ += bytes;
      items_ += write->items();
      waiting_.push_back({std::move(write), now});
      start = !std::exchange(working_, true);
      is_enough = items_ >= limits_.gather_items;
    }
  }
  if (!taken) return write->settle(taken);
  // A writer that gathers sleeps until it has enough: it is not woken for each.
  if (is_enough) wake_.notify_all();
  if (!start) return;
  const bool posted = writer_.post([this] { work(); });
  // The writer runs this one job at a time, so there is always room for it.
  GOCHAT_ASSERT(posted);
}

void CommitQueue::work() {
  for (Writes writes = next(); !writes.empty(); writes = next()) {
    settle_late(writes);
    if (!writes.empty()) commit_(std::move(writes));
  }
}

// After a stall of the disk most of what has queued has nobody left who waits for it: writing it
// would only make the next ones late too.
void CommitQueue::settle_late(Writes& writes) const {
  const MonoTime now = now_();
  std::erase_if(writes, [now](const std::unique_ptr<Write>& write) {
    if (now <= write->deadline()) return false;
    write->settle(failed(ErrorCode::timeout, "the deadline passed before the commit began"));
    return true;
  });
}

Writes CommitQueue::next() {
  MutexLock lock{mutex_};
  bytes_ -= std::exchange(committing_bytes_, 0);
  const bool is_few = !waiting_.empty() && items_ < limits_.gather_items && !closed_;
  if (is_few && limits_.gather_max > Duration::zero()) {
    const MonoTime until = now_() + limits_.gather_max;
    while (items_ < limits_.gather_items && !closed_) {
      const Duration left = until - now_();
      if (left <= Duration::zero() || wake_.wait_for(mutex_, left) == std::cv_status::timeout) {
        break;
      }
    }
  }
  if (waiting_.empty()) {
    working_ = false;
    wake_.notify_all();
    return {};
  }
  return take();
}

Writes CommitQueue::take() {
  Writes writes;
  std::size_t items = 0;
  while (!waiting_.empty()) {
    const std::size_t more = waiting_.front().write->items();
    if (items != 0 && items + more > limits_.batch_items_max) break;
    items += more;
    committing_bytes_ += waiting_.front().write->bytes();
    writes.push_back(std::move(waiting_.front().write));
    waiting_.pop_front();
  }
  items_ -= items;
  return writes;
}

void CommitQueue::close() {
  MutexLock lock{mutex_};
  closed_ = true;
  wake_.notify_all();
  while (working_) wake_.wait(mutex_);
}

CommitQueue::Figures CommitQueue::figures() const {
  MutexLock lock{mutex_};
  const Duration age = waiting_.empty() ? Duration{} : now_() - waiting_.front().since;
  return {bytes_, items_, age, refused_};
}

}  // namespace gochat::sqlite

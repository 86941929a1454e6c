// What the commit thread is asked to do.
#pragma once

#include <cstddef>

#include "adapters/sqlite/batch.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat::sqlite {

// The environment fails every write alike; anything else may be one write's own fault.
inline bool is_environment(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout;
}

// One request for the commit thread, of one or several items that stand for themselves.
class Write {
 public:
  virtual ~Write() = default;

  // Carries out the items [from, to). An error means that a statement failed: the transaction is
  // rolled back and the items are tried again one by one, so this may run more than once. What is
  // refused is no error here but that item's answer.
  virtual Result<void> apply(Batch& batch, std::size_t from, std::size_t to) = 0;
  // The statement that failed was this item's alone.
  virtual void fail(std::size_t item, Error error) = 0;
  // Called once. Ok: what was applied is durable and `fail` has told the rest; otherwise nothing of
  // it holds.
  virtual void settle(const Result<void>& committed) = 0;

  virtual std::size_t items() const { return 1; }
  // Once it has passed the write is not begun any more.
  virtual Deadline deadline() const { return Deadline::max(); }
  // How much it weighs in the queue.
  virtual std::size_t bytes() const = 0;
};

}  // namespace gochat::sqlite

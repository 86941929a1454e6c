// Appends that wait for a transaction. Each transaction takes as many as it may, in the order in
// which they came; but none that touches a conversation of a transaction that is under way, or of
// an append that had to stay behind for that: so the items of a conversation keep their order while
// different conversations go side by side.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "async/timer.hpp"
#include "base/result.hpp"
#include "base/trace_context.hpp"
#include "ports/conversation_log.hpp"

namespace gochat::mysql {

struct Append {
  using Outcome = Result<std::vector<LogAnswer>>;

  LogBatch batch;
  Deadline deadline;
  trace::Context caused_by{};
  std::set<ConversationId> conversations;
  std::size_t bytes = 0;
  std::move_only_function<void(Outcome)> call;  // empty once it was answered
  Timer alarm;

  std::vector<LogAnswer> answers;
  bool fenced = false;
  bool cut_short = false;  // fenced when a part of it was committed already

  void answer(Outcome outcome);
  // Its caller goes on without it, and may have given the same to another process by now.
  bool is_answered() const { return !call; }
  bool is_left_out() const { return fenced || is_answered(); }
};
using SharedAppend = std::shared_ptr<Append>;

// An append as it waits; `call` is for the caller to set.
SharedAppend make_append(LogBatch batch, Deadline deadline);

class AppendQueue {
 public:
  struct Bounds {
    std::size_t items_max;  // of one transaction; one append may be larger by itself
    std::size_t bytes_max;  // of all that wait
  };
  explicit AppendQueue(Bounds bounds) : bounds_{bounds} {}

  // False: no room; nothing was taken.
  [[nodiscard]] bool push(SharedAppend append);
  // It does not wait any more; false when a transaction has it.
  bool remove(const SharedAppend& append);
  // What the next transaction does; empty when nothing can begin. `ended` gives it back.
  std::vector<SharedAppend> take();
  void ended(const std::vector<SharedAppend>& appends);
  // All that wait.
  std::vector<SharedAppend> clear();

  std::size_t waiting() const { return waiting_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  Bounds bounds_;
  std::deque<SharedAppend> waiting_;
  std::size_t bytes_ = 0;
  std::set<ConversationId> under_way_;
};

}  // namespace gochat::mysql

// Sends between the queue and their receipt. Whoever ends a gateway waits for them first, so that
// what was taken is answered on the socket that sent it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "async/task.hpp"
#include "async/timer.hpp"

namespace gochat::gateway {

class Unanswered {
 public:
  // While nothing moves one send after another is let through, so that it is seen when things move.
  static constexpr Duration let_through_every = std::chrono::seconds{1};
  // A receipt that was lost looks like a queue that stands still, until the next one comes.
  static constexpr Duration doubted_for = std::chrono::seconds{5};

  explicit Unanswered(Timers& timers) : timers_{timers} {}

  void begin() {
    ++count_;
    if (!waiting_since_) waiting_since_ = timers_.now();
  }
  // A record that is delivered again has its receipt again: the count is then low until all are
  // answered, and a wait may end a little early. Nothing else depends on it.
  void end();
  std::size_t count() const { return count_; }
  // It did not get into the queue, which says nothing of those that did.
  void withdraw();
  // Whether one more is to be refused, because none was answered since one began so long ago. Zero:
  // never.
  bool holds_back(Duration lag_max);

  // true: none is left. false: `at_most` has passed. One at a time.
  Task<bool> none_left(Duration at_most);

 private:
  void one_less();
  void wake(bool none);

  Timers& timers_;
  std::size_t count_ = 0;
  std::optional<MonoTime> waiting_since_;  // the first one behind the last answer
  std::optional<MonoTime> doubted_since_;
  MonoTime next_through_{};
  std::move_only_function<void(bool)> waiting_;
  Timer timer_;
};

}  // namespace gochat::gateway

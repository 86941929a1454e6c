// Sends between the queue and their receipt. Whoever ends a gateway waits for them first, so that
// what was taken is answered on the socket that sent it.
#pragma once

#include <cstddef>
#include <functional>

#include "async/task.hpp"
#include "async/timer.hpp"

namespace gochat::gateway {

class Unanswered {
 public:
  explicit Unanswered(Timers& timers) : timers_{timers} {}

  void begin() {
    if (count_++ == 0) last_answer_ = timers_.now();
  }
  // A record that is delivered again has its receipt again: the count is then low until all are
  // answered, and a wait may end a little early. Nothing else depends on it.
  void end();
  std::size_t count() const { return count_; }
  // For how long none of them was answered.
  Duration silence() const { return count_ == 0 ? Duration::zero() : timers_.now() - last_answer_; }

  // true: none is left. false: `at_most` has passed. One at a time.
  Task<bool> none_left(Duration at_most);

 private:
  void wake(bool none);

  Timers& timers_;
  std::size_t count_ = 0;
  MonoTime last_answer_{};  // or when the first of them began
  std::move_only_function<void(bool)> waiting_;
  Timer timer_;
};

}  // namespace gochat::gateway

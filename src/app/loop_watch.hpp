// How late the main loop is: everything that a client waits for waits for it.
#pragma once

#include <chrono>

#include "async/timer.hpp"
#include "base/metrics.hpp"

namespace gochat::app {

class LoopWatch {
 public:
  explicit LoopWatch(Timers& timers) : timers_{timers} { ask(); }

  const metrics::WaitHistogram& lag() const { return lag_; }

 private:
  static constexpr Duration every = std::chrono::seconds{1};

  void ask() {
    const MonoTime due = timers_.now() + every;
    timer_ = timers_.at(due, [this, due] {
      lag_.observe(timers_.now() - due);
      ask();
    });
  }

  Timers& timers_;
  metrics::WaitHistogram lag_;
  Timer timer_;
};

}  // namespace gochat::app

#pragma once

#include <functional>

#include "async/task.hpp"
#include "async/timer.hpp"

namespace gochat {

// One coroutine waits until it is woken. Nothing is remembered: whoever waits has looked first
// whether there is something to do, and on one loop nothing can happen between the look and the
// wait.
class Wakeup {
 public:
  Task<> wait();
  // Waits no longer than this.
  Task<> wait(Timers& timers, Duration at_most);
  bool waiting() const { return static_cast<bool>(wake_); }
  void notify();
  // Ends the waiting coroutine where it stands.
  void abandon() { wake_ = nullptr; }

 private:
  std::move_only_function<void()> wake_;
};

}  // namespace gochat

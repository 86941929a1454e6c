// Background work that is done again and again, with a pause between.
#pragma once

#include <functional>

#include "async/gate.hpp"
#include "async/timer.hpp"

namespace gochat {

// Runs never overlap, and no coroutine sleeps between them: stopping is stop() and closing the
// gate, without waiting for a pause to end. Outlives the gate's last task.
class Beat {
 public:
  Beat(Gate& gate, Timers& timers, Duration pause, std::move_only_function<Task<>()> work)
      : gate_{gate}, timers_{timers}, pause_{pause}, work_{std::move(work)} {}

  void start();
  void stop();

 private:
  Task<> run();

  Gate& gate_;
  Timers& timers_;
  Duration pause_;
  std::move_only_function<Task<>()> work_;
  Timer timer_;
  bool stopped_ = false;
};

}  // namespace gochat

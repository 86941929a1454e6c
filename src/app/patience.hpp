// How a process that starts waits for what it stands on: as long as it takes, and no longer than
// until it is told to end.
#pragma once

#include <functional>
#include <string>

#include "async/task.hpp"
#include "async/wakeup.hpp"
#include "base/result.hpp"
#include "ports/random.hpp"

namespace gochat::app {

class Patience {
 public:
  using Try = std::function<Task<Result<void>>()>;

  Patience(Timers& timers, Random& random) : timers_{timers}, random_{random} {}

  // Tries until it is there; an error is one that waiting does not heal, or the end of the process.
  Task<Result<void>> wait_for(std::string backend, std::string address, Try attempt);
  void give_up();

 private:
  Timers& timers_;
  Random& random_;
  bool giving_up_ = false;
  Wakeup waiting_;
};

}  // namespace gochat::app

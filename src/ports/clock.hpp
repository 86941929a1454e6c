#pragma once

#include "async/timer.hpp"
#include "domain/ids.hpp"

namespace gochat {

// Wall time, for what people see and for expiry; monotonic time is asked of Timers.
// Ordering: none promised; the wall clock may step back. Errors, cancellation: none.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
};

}  // namespace gochat

#pragma once

#include <chrono>

#include "ports/clock.hpp"

namespace gochat::support {

// Stands still until the test moves it, forwards or backwards.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime start = wall_time(1'750'000'000'000)) : now_{start} {}

  WallTime now() const override { return now_; }
  void set(WallTime now) { now_ = now; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  WallTime now_;
};

}  // namespace gochat::support

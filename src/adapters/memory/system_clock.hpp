#pragma once

#include "ports/clock.hpp"

namespace gochat::memory {

// The wall clock of the machine; the only place that asks for it.
class SystemClock final : public Clock {
 public:
  WallTime now() const override;
  // Since 1970, for spans: what they tell of is shorter than a millisecond.
  std::int64_t now_ns() const;
};

}  // namespace gochat::memory

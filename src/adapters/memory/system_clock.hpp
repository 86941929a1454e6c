#pragma once

#include "ports/clock.hpp"

namespace gochat::memory {

// The wall clock of the machine; the only place that asks for it.
class SystemClock final : public Clock {
 public:
  WallTime now() const override;
};

}  // namespace gochat::memory

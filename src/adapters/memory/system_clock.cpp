#include "adapters/memory/system_clock.hpp"

#include <chrono>

namespace gochat::memory {

WallTime SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace gochat::memory

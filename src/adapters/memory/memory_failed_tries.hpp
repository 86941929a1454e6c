#pragma once

#include <cstddef>
#include <string>

#include "ports/failed_tries.hpp"

namespace gochat::memory {

struct MemoryFailedTriesLimits {
  // Above, the one not tried for longest is forgiven.
  std::size_t keys_max = 131'072;
};

// The tries of one process. Lives on one loop.
class MemoryFailedTries final : public FailedTries {
 public:
  explicit MemoryFailedTries(const Timers& timers, MemoryFailedTriesLimits limits = {})
      : timers_{timers}, tries_{limits.keys_max} {}

  Task<Result<void>> admit(std::string key, TryPolicy policy) override {
    co_return tries_.admit(key, policy, timers_.now());
  }
  Task<> take_back(std::string key) override {
    tries_.take_back(key);
    co_return;
  }
  Task<> forgive(std::string key) override {
    tries_.forgive(key);
    co_return;
  }

 private:
  const Timers& timers_;
  KeyedTries tries_;
};

}  // namespace gochat::memory

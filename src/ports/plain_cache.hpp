#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat {

// Values that may vanish at any moment, for what needs no version: what never changes once it is
// known, and numbers that only rise. Ordering: of two puts of one key the later one stays.
// Idempotency: all calls. Errors: `unavailable`; a part of what was to be kept may be then.
// Cancellation: free at any time.
class PlainCache {
 public:
  struct Entry {
    std::string key;
    std::string bytes;
  };
  struct Mark {
    std::string key;
    std::uint64_t number = 0;
  };
  virtual ~PlainCache() = default;
  // In the order of the keys, in one go however many they are.
  virtual Task<Result<std::vector<std::optional<std::string>>>> get(
      std::vector<std::string> keys) = 0;
  virtual Task<Result<void>> put(std::vector<Entry> entries, Duration ttl) = 0;
  // Each stays at the highest number that it was raised to, written in decimal.
  virtual Task<Result<void>> raise(std::vector<Mark> marks, Duration ttl) = 0;
  virtual Task<Result<void>> drop(std::vector<std::string> keys) = 0;
};

}  // namespace gochat

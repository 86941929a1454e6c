#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat {

// Values that may vanish at any moment. No answer may depend on one: a miss and an error cost time
// only. Ordering: none between keys. `fill` is compare-and-set on a version, so that a slow reader
// cannot put an old value back over a newer one or over a removal. What has no version of its own
// takes one from `stamp`. Idempotency: all calls. Errors: `unavailable`. Cancellation: free at any
// time.
class Cache {
 public:
  struct Value {
    std::string bytes;
    std::uint64_t version = 0;
  };
  virtual ~Cache() = default;
  virtual Task<Result<std::optional<Value>>> get(std::string key) = 0;
  // A version for what is read, or was changed, from now on: above that of the value and of every
  // removal up to now. Whoever fills in asks for it before reading the truth; whoever changed the
  // truth asks for it afterwards and removes the value with it.
  virtual Task<Result<std::uint64_t>> stamp(std::string key) = 0;
  // Stored only when `version` is above that of the value or removal in the cache.
  virtual Task<Result<bool>> fill(std::string key, Value value, Duration ttl) = 0;
  // Removes the value and keeps `version` as a floor for fills, for `floor_ttl`.
  virtual Task<Result<void>> invalidate(std::string key, std::uint64_t version,
                                        Duration floor_ttl) = 0;
};

}  // namespace gochat

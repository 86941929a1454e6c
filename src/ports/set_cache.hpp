#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat {

// Sets that may vanish at any moment, and are there whole or not at all: an empty one is one, and
// never an answer to whether somebody may do something. Ordering: none between keys. A fill is
// compare-and-set on a version, so that a slow reader cannot put an old set back over a newer one
// or over a removal. Idempotency: all calls. Errors: `unavailable`. Cancellation: free at any time.
class SetCache {
 public:
  struct Member {
    std::string text;
    std::int64_t rank = 0;  // for whoever looks at it from outside; kept where the backend can
    bool operator==(const Member&) const = default;
  };
  struct Members {
    std::vector<Member> all;  // in no order
    std::uint64_t version = 0;
  };
  virtual ~SetCache() = default;
  virtual Task<Result<std::optional<Members>>> get(std::string key) = 0;
  // Stored only when its version is above that of the set or removal in the cache.
  virtual Task<Result<bool>> fill(std::string key, Members members, Duration ttl) = 0;
  // Removes the set and keeps `version` as a floor for fills, for `floor_ttl`.
  virtual Task<Result<void>> invalidate(std::string key, std::uint64_t version,
                                        Duration floor_ttl) = 0;
};

}  // namespace gochat

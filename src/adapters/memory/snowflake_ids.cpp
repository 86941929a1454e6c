#include "adapters/memory/snowflake_ids.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace gochat::memory {

SnowflakeIds::SnowflakeIds(MachineLease lease, std::int64_t above, const Clock& clock,
                           const Timers& timers)
    : ids_{lease.machine, std::max(above, lease.last_issued_floor)},
      usable_until_{lease.usable_until},
      clock_{clock},
      timers_{timers} {}

std::int64_t SnowflakeIds::next() {
  GOCHAT_ASSERT(timers_.now() < usable_until_);
  return ids_.next(clock_.now());
}

}  // namespace gochat::memory

#include "adapters/memory/snowflake_ids.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/log.hpp"

namespace gochat::memory {
namespace {

[[noreturn]] void end_before_ids_repeat() {
  log::error("the machine number's lease ran out; this process ends before an id can repeat");
  log::flush();
  std::abort();
}

}  // namespace

SnowflakeIds::SnowflakeIds(MachineLease lease, std::int64_t above, const Clock& clock,
                           const Timers& timers)
    : ids_{lease.machine, std::max(above, lease.last_issued_floor)},
      usable_until_{lease.usable_until},
      clock_{clock},
      timers_{timers} {}

std::int64_t SnowflakeIds::next() {
  if (timers_.now() >= usable_until_) end_before_ids_repeat();
  const WallTime now = clock_.now();
  if (now < std::exchange(seen_, now)) counts_.clock_steps.add();
  const WallTime before = std::max(now, ids_.time_of(ids_.last()));
  const std::int64_t id = ids_.next(now);
  counts_.issued.add();
  if (ids_.time_of(id) > before) counts_.exhausted.add();
  return id;
}

std::optional<Duration> SnowflakeIds::lease_left() const {
  if (usable_until_ == Deadline::max()) return std::nullopt;
  return std::max(Duration::zero(), Duration{usable_until_ - timers_.now()});
}

}  // namespace gochat::memory

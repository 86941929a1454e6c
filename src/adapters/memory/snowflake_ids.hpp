#pragma once

#include <optional>

#include "base/metrics.hpp"
#include "domain/snowflake.hpp"
#include "ports/clock.hpp"
#include "ports/coordinator.hpp"
#include "ports/id_source.hpp"

namespace gochat::memory {

struct IdCounts {
  metrics::Counter issued;
  metrics::Counter exhausted;    // milliseconds whose sequence was used up
  metrics::Counter clock_steps;  // times that the clock was seen to go back
};

// Ids of this process under its machine number. Past the lease's own deadline another process may
// hold the number: the next id ends the process, because a repeated id would be somebody's history.
class SnowflakeIds final : public IdSource {
 public:
  // `above`: the highest id that is stored already.
  SnowflakeIds(MachineLease lease, std::int64_t above, const Clock& clock, const Timers& timers);

  std::int64_t next() override;
  std::int64_t last() const { return ids_.last(); }
  // How far ids run ahead of the clock, after it stepped back or a burst.
  std::int64_t lead_ms() const { return ids_.lead_ms(clock_.now()); }
  // How long the machine number may still be used; nothing: there is no end.
  std::optional<Duration> lease_left() const;
  const IdCounts& counts() const { return counts_; }
  void extend(Deadline usable_until) { usable_until_ = usable_until; }

 private:
  Snowflake ids_;
  Deadline usable_until_;
  const Clock& clock_;
  const Timers& timers_;
  WallTime seen_ = WallTime::min();  // the latest that the clock has said
  IdCounts counts_;
};

}  // namespace gochat::memory

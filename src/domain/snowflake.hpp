// 64-bit ids: sign, 41 bits of milliseconds since 2025-01-01, 10 bits machine, 12 bits sequence.
#pragma once

#include <algorithm>
#include <cstdint>

#include "domain/ids.hpp"

namespace gochat {

struct SnowflakeLayout {
  int machine_bits = 10;
  int sequence_bits = 12;
  std::int64_t epoch_ms = 1'735'689'600'000;  // 2025-01-01T00:00:00Z

  constexpr int time_shift() const { return machine_bits + sequence_bits; }
  constexpr std::int64_t sequence_max() const { return (std::int64_t{1} << sequence_bits) - 1; }
  constexpr std::int64_t machine_max() const { return (std::int64_t{1} << machine_bits) - 1; }
};
inline constexpr SnowflakeLayout snowflake_layout{};

// Issues ids that only rise. A clock that steps back stops nobody: ids go on from the last one, and
// when a millisecond's sequence is used up the next millisecond is borrowed. `lead_ms` tells by how
// much.
class Snowflake {
 public:
  explicit Snowflake(std::int64_t machine, std::int64_t last_issued = 0,
                     SnowflakeLayout layout = snowflake_layout);

  std::int64_t next(WallTime now);
  std::int64_t last() const { return last_; }
  // How far the ids' time runs ahead of the clock.
  std::int64_t lead_ms(WallTime now) const;
  WallTime time_of(std::int64_t id) const;

 private:
  SnowflakeLayout layout_;
  std::int64_t machine_;
  std::int64_t last_;
};

}  // namespace gochat

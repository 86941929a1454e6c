#include "domain/snowflake.hpp"

#include "base/assert.hpp"

namespace gochat {
namespace {

constexpr int sign_and_time_bits = 42;

}  // namespace

Snowflake::Snowflake(std::int64_t machine, std::int64_t last_issued, SnowflakeLayout layout)
    : layout_{layout}, machine_{machine}, last_{last_issued} {
  GOCHAT_ASSERT(machine >= 0 && machine <= layout.machine_max());
  GOCHAT_ASSERT(last_issued >= 0);
  GOCHAT_ASSERT(layout.time_shift() <= 64 - sign_and_time_bits);
}

std::int64_t Snowflake::next(WallTime now) {
  const auto last_time = last_ >> layout_.time_shift();
  auto time = std::max(ms(now) - layout_.epoch_ms, last_time);
  auto sequence = time == last_time ? (last_ & layout_.sequence_max()) + 1 : 0;
  const auto id_of = [&] {
    return time << layout_.time_shift() | machine_ << layout_.sequence_bits | sequence;
  };
  // The sequence is used up, or the last id was issued by a higher machine in this millisecond.
  if (sequence > layout_.sequence_max() || id_of() <= last_) {
    ++time;
    sequence = 0;
  }
  GOCHAT_ASSERT(time < std::int64_t{1} << (63 - layout_.time_shift()));
  return last_ = id_of();
}

std::int64_t Snowflake::lead_ms(WallTime now) const {
  return std::max<std::int64_t>(0, ms(time_of(last_)) - ms(now));
}

WallTime Snowflake::time_of(std::int64_t id) const {
  return wall_time((id >> layout_.time_shift()) + layout_.epoch_ms);
}

}  // namespace gochat

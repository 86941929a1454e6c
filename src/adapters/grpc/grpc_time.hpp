// gRPC's points in time as durations from now. It has a clock of its own.
#pragma once

#include <grpc/support/time.h>

#include <algorithm>
#include <chrono>

#include "async/timer.hpp"

namespace gochat::rpc {

inline Duration until(gpr_timespec when) {
  const gpr_timespec left =
      gpr_time_sub(gpr_convert_clock_type(when, GPR_CLOCK_MONOTONIC), gpr_now(GPR_CLOCK_MONOTONIC));
  return std::chrono::seconds{left.tv_sec} + std::chrono::nanoseconds{left.tv_nsec};
}

inline gpr_timespec from_now(Duration wait) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(std::max(wait, Duration::zero()).count(), GPR_TIMESPAN));
}

}  // namespace gochat::rpc

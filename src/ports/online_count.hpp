#pragma once

#include <cstdint>
#include <string>

#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat {

// How many people have a socket, over all gateways. Somebody at two gateways counts twice: it is a
// gauge, and decides about load alone.
// Ordering: none. Idempotency: what a gateway reports stands for what it reported before, until it
// has been silent for a lease. Errors: `unavailable`. Cancellation: free at any time.
class OnlineCount {
 public:
  virtual ~OnlineCount() = default;
  // Of this gateway; answers for all of them.
  virtual Task<Result<std::uint64_t>> report(std::string gateway, std::uint64_t people) = 0;
};

}  // namespace gochat

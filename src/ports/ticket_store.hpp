#pragma once

#include <string>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat {

// Secrets that work once and for seconds, such as the one a browser puts into a WebSocket URL.
// Ordering: of two takes one wins. Idempotency: none. Errors: `unauthorized` for an unknown, used
// or expired ticket; `unavailable`. Cancellation: a take may have been carried out.
class TicketStore {
 public:
  virtual ~TicketStore() = default;
  virtual Task<Result<void>> put(std::string ticket, std::string value, Duration ttl) = 0;
  virtual Task<Result<std::string>> take(std::string ticket) = 0;
};

}  // namespace gochat

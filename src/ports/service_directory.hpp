#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat {

struct Instance {
  std::string role;
  std::string name;
  std::uint64_t boot = 0;
  std::string address;
};

// Which instances of a role are alive.
// Ordering: none. Idempotency: announcing again replaces. Errors: `unavailable`; the last known
// list stays good. Cancellation: free at any time.
class ServiceDirectory {
 public:
  virtual ~ServiceDirectory() = default;
  virtual Task<Result<void>> announce(Instance instance) = 0;
  virtual Task<Result<void>> withdraw(Instance instance) = 0;
  virtual Task<Result<std::vector<Instance>>> instances(std::string role) = 0;
};

}  // namespace gochat

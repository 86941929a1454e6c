#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat {

// The right to mint ids under a machine number, usable until its own monotonic deadline whatever
// happens to the coordinator.
struct MachineLease {
  std::int64_t machine = 0;
  std::int64_t last_issued_floor = 0;  // ids start above this
  Deadline usable_until;
};

class Leadership {
 public:
  virtual ~Leadership() = default;
  // A hint: every write that relies on it is fenced by the database.
  virtual bool held() const = 0;
};

// Agreement between processes.
// Ordering: two holders of one lease or leadership never believe in it at the same moment by their
// own monotonic clocks. Idempotency: an instance that asks again gets its own machine number back.
// Errors: `unavailable`; what is held stays usable until its deadline. Cancellation: a lease that
// was granted to a dropped task runs out by itself.
class Coordinator {
 public:
  virtual ~Coordinator() = default;
  virtual Task<Result<MachineLease>> lease_machine(std::string instance) = 0;
  virtual Task<Result<void>> keep_floor(std::int64_t machine, std::int64_t issued) = 0;
  virtual Task<Result<std::unique_ptr<Leadership>>> campaign(std::string election,
                                                             std::string instance) = 0;
};

}  // namespace gochat

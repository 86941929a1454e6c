#pragma once

#include <vector>

#include "ports/service_directory.hpp"

namespace gochat::memory {

// The instances of one process. Lives on one loop.
class MemoryDirectory final : public ServiceDirectory {
 public:
  Task<Result<void>> announce(Instance instance) override;
  Task<Result<void>> withdraw(Instance instance) override;
  Task<Result<std::vector<Instance>>> instances(std::string role) override;

 private:
  void forget(const Instance& instance);

  std::vector<Instance> all_;
};

}  // namespace gochat::memory

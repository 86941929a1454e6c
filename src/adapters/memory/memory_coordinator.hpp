#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "ports/coordinator.hpp"

namespace gochat::memory {

// Agreement within one process: nobody else can hold anything, so leases never end. An election is
// a queue, and its first one still standing leads. Lives on one loop.
class MemoryCoordinator final : public Coordinator {
 public:
  MemoryCoordinator();
  ~MemoryCoordinator() override;

  Task<Result<MachineLease>> lease_machine(std::string instance) override;
  Task<Result<void>> keep_floor(std::int64_t machine, std::int64_t issued) override;
  Task<Result<std::unique_ptr<Leadership>>> campaign(std::string election,
                                                     std::string instance) override;

 private:
  struct Elections;

  std::map<std::string, std::int64_t, std::less<>> machines_;
  std::map<std::int64_t, std::int64_t> floors_;
  std::shared_ptr<Elections> elections_;
};

}  // namespace gochat::memory

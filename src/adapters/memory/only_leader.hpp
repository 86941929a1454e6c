#pragma once

#include "ports/coordinator.hpp"

namespace gochat::memory {

// Who has nobody beside it leads everything.
class OnlyLeader final : public Leadership {
 public:
  bool held() const override { return true; }
};

}  // namespace gochat::memory

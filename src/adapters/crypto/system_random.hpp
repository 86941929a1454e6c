#pragma once

#include "ports/random.hpp"

namespace gochat::crypto {

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace gochat::crypto

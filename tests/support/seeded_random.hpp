#pragma once

#include <cstdint>
#include <random>
#include <span>

#include "ports/random.hpp"

namespace gochat::support {

// The same seed gives the same bytes on every machine.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_{seed} {}

  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(engine_() & 0xff);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace gochat::support

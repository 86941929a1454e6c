#pragma once

#include <cstdint>
#include <span>

namespace gochat {

// Unpredictable bytes; a seeded stream in simulations. Errors: an adapter that cannot deliver ends
// the process, because a guessable secret is worse.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  std::uint64_t number() {
    std::uint64_t n = 0;
    fill({reinterpret_cast<std::uint8_t*>(&n), sizeof n});
    return n;
  }
};

}  // namespace gochat

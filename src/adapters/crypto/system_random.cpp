#include "adapters/crypto/system_random.hpp"

#include <sys/random.h>

#include <cerrno>

#include "base/assert.hpp"

namespace gochat::crypto {

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto count = getrandom(bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    GOCHAT_ASSERT(count > 0);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace gochat::crypto

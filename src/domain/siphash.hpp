// SipHash-2-4, 64 bits. Keyed where an attacker could gain by a collision, with a public key
// elsewhere.
#pragma once

#include <cstdint>
#include <string_view>

namespace gochat {

struct SipKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

std::uint64_t siphash(SipKey key, std::string_view bytes);

}  // namespace gochat

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gochat::redis {

inline constexpr std::size_t slots = 16'384;

// Where a Cluster keeps a key: the CRC-16 (XMODEM) of it, or of its first part in braces, which is
// how keys that belong together are kept together.
std::uint16_t slot_of(std::string_view key);

}  // namespace gochat::redis

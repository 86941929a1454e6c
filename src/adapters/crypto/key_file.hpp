#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "base/result.hpp"
#include "ports/random.hpp"

namespace gochat::crypto {

inline constexpr std::size_t key_bytes = 32;
using Key = std::array<std::uint8_t, key_bytes>;

// The key in this file, made at random when it is missing. Refused when others may read it or it
// has another size: a key that leaked or was cut is worse than a start that fails.
Result<Key> load_or_create_key(const std::filesystem::path& path, Random& random);

}  // namespace gochat::crypto

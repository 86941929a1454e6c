// HMAC-SHA256, what tokens are signed with.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "adapters/crypto/key_file.hpp"

namespace gochat::crypto {

using Mac = std::array<std::uint8_t, 32>;

Mac mac_of(const Key& key, std::string_view bytes);

}  // namespace gochat::crypto

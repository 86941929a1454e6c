// A key of 256 bits as a person or a secret store writes it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gochat::config {

using KeyBytes = std::array<std::uint8_t, 32>;

// 64 hex digits, or base64 (44 characters; also the URL alphabet). Nothing for any other text, and
// nothing for bytes that nobody drew at random, such as 32 zeros.
std::optional<KeyBytes> key_from_text(std::string_view text);

}  // namespace gochat::config

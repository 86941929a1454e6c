// Counting and cutting UTF-8 by code points.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace gochat {

// The number of code points, or nothing when the bytes are not UTF-8 (overlong forms, surrogates
// and numbers above U+10FFFF are not).
std::optional<std::size_t> count_code_points(std::string_view text);

// The longest prefix of at most `code_points` whole code points of valid UTF-8.
std::string_view first_code_points(std::string_view text, std::size_t code_points);

}  // namespace gochat

// Checking, counting and cutting UTF-8 by code points. Overlong forms, surrogates and numbers above
// U+10FFFF are not UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace gochat {

// The bytes of the code point that `text` begins with; 0 when it is empty or begins with none.
std::size_t first_code_point_bytes(std::string_view text);

// Checks and counts in one pass; nothing when the bytes are not UTF-8.
std::optional<std::size_t> count_code_points(std::string_view text);

// The longest prefix of at most `code_points` whole code points of valid UTF-8.
std::string_view first_code_points(std::string_view text, std::size_t code_points);

// The longest prefix of at most `bytes` bytes, again of whole code points of valid UTF-8.
std::string_view first_whole_bytes(std::string_view text, std::size_t bytes);

}  // namespace gochat

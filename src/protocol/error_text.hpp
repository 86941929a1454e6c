// What a person is told about an error. Programs decide by the code's name and `retryable`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace gochat::protocol {

enum class Language : std::uint8_t { english, chinese };

// The better wanted of the two by an Accept-Language header; English when it wants neither.
Language choose_language(std::string_view accept_language);

std::string_view error_text(ErrorCode code, Language language);

// The text, followed by the hint that names the field or limit.
std::string error_message(const Error& error, Language language);

// What the answer shows of a code that only servers know: the one that stands for it.
constexpr ErrorCode shown_code(ErrorCode code) {
  return code == ErrorCode::fenced ? ErrorCode::unavailable : code;
}

}  // namespace gochat::protocol

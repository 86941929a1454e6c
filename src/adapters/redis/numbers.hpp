// Numbers as Redis is given them and gives them back.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/timer.hpp"

namespace gochat::redis {

// In as many digits as the largest one has: texts of them compare as the numbers do, which a
// script's numbers, being doubles, cannot for all of them.
std::string padded(std::uint64_t number);

// The whole text, or nothing.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

// For PX and PEXPIRE, to which nothing is no time.
inline std::string milliseconds_of(Duration time) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  return std::to_string(ms < 1 ? 1 : ms);
}

}  // namespace gochat::redis

// A configuration file: sections of keys, keys of values or lists of values, and nothing deeper.
#pragma once

#include <string>
#include <string_view>

#include "config/given.hpp"

namespace gochat::config {

inline constexpr std::size_t file_bytes_max = 256 * 1024;
inline constexpr std::size_t file_problems_max = 20;

// Pure. `name` stands before the line number in every message. Whatever the text is, the answer is
// what could be read and a problem for everything that could not.
Gathered read_yaml(std::string_view text, const std::string& name);

}  // namespace gochat::config

// Sets of defaults for three kinds of use. A key that is given beats them.
#pragma once

#include <string>
#include <string_view>

#include "config/config.hpp"

namespace gochat::config {

inline constexpr std::string_view profile_key = "server.profile";
inline constexpr std::uint32_t hardened_password_min = 8;

// `name` is one of those that server.profile takes.
void apply_profile(const std::string& name, Config& config);

}  // namespace gochat::config

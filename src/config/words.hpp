// What a person probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gochat::config {

// The one of `known` that is so near that it was probably meant; empty when none is.
std::string_view nearest(std::string_view written, std::span<const std::string_view> known);

// The key that was probably meant; also one that has the right last part in another section.
std::string_view nearest_key(std::string_view written);

// " (did you mean `x`?)", empty for an empty x.
std::string did_you_mean(std::string_view meant);

// What somebody wrote, fit for one line of an error: cut, without control characters.
std::string shown(std::string_view text);

}  // namespace gochat::config

#pragma once

#include <string_view>

namespace gochat {

// Whether this is one of those that are tried first by whoever guesses, in any case.
bool is_often_guessed(std::string_view password);

}  // namespace gochat

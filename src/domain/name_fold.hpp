// When two names are the same name.
#pragma once

#include <string>
#include <string_view>

namespace gochat {

// NFKC_Casefold: what differs in case, width or the way a letter is composed becomes equal, and
// what is invisible goes. Empty for what is not UTF-8.
std::string fold_name(std::string_view text);

}  // namespace gochat

// HTTP messages as bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.hpp"
#include "net/shared_bytes.hpp"

namespace gochat::net {

// An answer as one or two blocks: a small body goes with its head, a shared or a large one stays by
// itself. `with_body` is false for an answer to HEAD, which tells the length only.
std::vector<SharedBytes> encode_response(const HttpResponse& response, bool keep_alive,
                                         bool with_body);

// A field's value must not be able to begin a line of its own.
std::string without_line_breaks(std::string_view value);

}  // namespace gochat::net

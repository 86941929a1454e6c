// What may stand where a link is shown. Links are kept and never fetched.
#pragma once

#include <string_view>

namespace gochat {

// http:// or https://, a host, no user name before it, and only the characters that a URL may hold.
bool is_http_url(std::string_view text);

}  // namespace gochat

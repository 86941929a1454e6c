#include "domain/url.hpp"

#include <algorithm>

namespace gochat {
namespace {

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
}

// Printable ASCII without the characters that RFC 3986 leaves out, quotes and angle brackets among
// them.
bool may_stand_in_url(char c) {
  return c > ' ' && c < 0x7f && std::string_view{"\"<>\\^`{|}"}.find(c) == std::string_view::npos;
}

}  // namespace

bool is_http_url(std::string_view text) {
  if (starts_with_ignoring_case(text, "https://")) {
    text.remove_prefix(8);
  } else if (starts_with_ignoring_case(text, "http://")) {
    text.remove_prefix(7);
  } else {
    return false;
  }
  const auto host = text.substr(0, text.find_first_of("/?#"));
  // user@host is how a link pretends to lead elsewhere.
  return !host.empty() && host[0] != ':' && host.find('@') == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), may_stand_in_url);
}

}  // namespace gochat

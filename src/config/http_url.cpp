#include "config/http_url.hpp"

#include <algorithm>
#include <charconv>

namespace gochat::config {
namespace {

constexpr std::string_view scheme = "http://";

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, port);
  if (read.ec != std::errc{} || read.ptr != end || port == 0) return std::nullopt;
  return port;
}

bool is_plain(char c) { return c > ' ' && c < '\x7f' && c != '#'; }

}  // namespace

std::optional<HttpUrl> parse_http_url(std::string_view url) {
  if (!url.starts_with(scheme) || !std::ranges::all_of(url, is_plain)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const auto end = std::min(url.find_first_of("/?"), url.size());
  std::string_view place = url.substr(0, end);
  HttpUrl parsed;
  if (end < url.size()) parsed.target = url.substr(end);
  if (parsed.target.starts_with('?')) parsed.target.insert(0, "/");
  if (place.find('@') != place.npos) return std::nullopt;
  const auto colon = place.rfind(':');
  if (colon != place.npos && !place.ends_with(']')) {
    const auto port = port_of(place.substr(colon + 1));
    if (!port) return std::nullopt;
    parsed.port = *port;
    place = place.substr(0, colon);
  }
  if (place.starts_with('[') && place.ends_with(']')) {
    place = place.substr(1, place.size() - 2);
  } else if (place.find(':') != place.npos) {
    return std::nullopt;
  }
  if (place.empty()) return std::nullopt;
  parsed.host = place;
  return parsed;
}

}  // namespace gochat::config

// Where something is told over HTTP.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gochat::config {

struct HttpUrl {
  std::string host;
  std::uint16_t port = 80;
  std::string target = "/";
  bool operator==(const HttpUrl&) const = default;
};

// "http://127.0.0.1:9100/push?to=all". Plain HTTP, no user and no fragment; nothing for other
// texts.
std::optional<HttpUrl> parse_http_url(std::string_view url);

}  // namespace gochat::config

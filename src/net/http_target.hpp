// The target of a request line, taken apart: a decoded path that is safe to route by, and decoded
// parameters.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gochat::net {

struct HttpTarget {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

// Of an origin-form target ("/path?query"). Nothing for broken percent signs, control characters,
// text that is not UTF-8, an encoded slash (a segment would come apart differently behind a proxy),
// '.' and '..' segments, and more than `params_max` parameters.
std::optional<HttpTarget> parse_target(std::string_view target, std::size_t params_max);

}  // namespace gochat::net

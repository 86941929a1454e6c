#include "gateway/http_router.hpp"

#include <algorithm>
#include <optional>

#include "base/assert.hpp"

namespace gochat::gateway {
namespace {

std::string_view below_root(std::string_view path) {
  for (const std::string_view root : {"/api/v1", "/api"}) {
    if (path.starts_with(root) && path.size() > root.size() && path[root.size()] == '/') {
      return path.substr(root.size());
    }
  }
  return {};
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

bool placeholder(std::string_view segment) { return segment.starts_with('{'); }

// How many literal segments match before the first placeholder; none when the path is another one.
std::optional<std::size_t> literal_prefix(const std::vector<std::string_view>& pattern,
                                          const std::vector<std::string_view>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  std::size_t literals = 0;
  bool prefix = true;
  for (std::size_t n = 0; n < pattern.size(); ++n) {
    if (placeholder(pattern[n])) {
      if (path[n].empty()) return std::nullopt;
      prefix = false;
    } else if (pattern[n] != path[n]) {
      return std::nullopt;
    } else if (prefix) {
      ++literals;
    }
  }
  return literals;
}

}  // namespace

std::string_view method_name(net::HttpMethod method) {
  using enum net::HttpMethod;
  switch (method) {
    case get:
      return "GET";
    case head:
      return "HEAD";
    case post:
      return "POST";
    case put:
      return "PUT";
    case patch:
      return "PATCH";
    case delete_:
      return "DELETE";
    case options:
      return "OPTIONS";
    case other:
      return "OTHER";
  }
  return "OTHER";
}

bool HttpRouter::is_api(std::string_view path) { return !below_root(path).empty(); }

void HttpRouter::add(HttpRoute route) {
  for (const HttpRoute& known : routes_) {
    GOCHAT_ASSERT(known.method != route.method || known.pattern != route.pattern);
  }
  routes_.push_back(std::move(route));
}

void HttpRouter::audit(net::HttpMethod method, std::string_view pattern) {
  const auto route = std::ranges::find_if(routes_, [&](const HttpRoute& known) {
    return known.method == method && known.pattern == pattern;
  });
  GOCHAT_ASSERT(route != routes_.end());
  route->audited = true;
}

HttpRouter::Match HttpRouter::find(net::HttpMethod method, std::string_view path) {
  if (method == net::HttpMethod::head) method = net::HttpMethod::get;
  const auto wanted = segments(below_root(path));
  if (wanted.empty()) return {};

  Match best;
  std::size_t best_literals = 0;
  std::size_t path_literals = 0;
  for (HttpRoute& route : routes_) {
    const auto pattern = segments(route.pattern);
    const auto literals = literal_prefix(pattern, wanted);
    if (!literals) continue;
    // The most literal pattern owns the path, whatever its method: /users/profile is never
    // {username}.
    if (*literals > path_literals) {
      path_literals = *literals;
      best.allowed.clear();
      if (best_literals < path_literals) best.route = nullptr;
    }
    if (*literals < path_literals) continue;
    if (!best.allowed.empty()) best.allowed += ", ";
    best.allowed += method_name(route.method);
    if (route.method != method) continue;
    best.route = &route;
    best_literals = *literals;
    best.values.clear();
    for (std::size_t n = 0; n < pattern.size(); ++n) {
      if (placeholder(pattern[n])) best.values.emplace_back(wanted[n]);
    }
  }
  return best;
}

}  // namespace gochat::gateway

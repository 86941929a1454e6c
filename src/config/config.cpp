#include "config/config.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <thread>

#include "base/network.hpp"

namespace gochat::config {

Result<HostPort> parse_listen(const std::string& text, const std::string& key) {
  const auto colon = text.rfind(':');
  unsigned port = 0;
  if (colon != std::string::npos && colon > 0) {
    const char* begin = text.data() + colon + 1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(begin, end, port);
    if (error == std::errc{} && stop == end && begin != end && port <= 65535) {
      std::string host = text.substr(0, colon);
      if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
      return HostPort{host, static_cast<std::uint16_t>(port)};
    }
  }
  return refused(
      ErrorCode::invalid_params,
      fmt::format("{} is `{}`; write it as address:port, for example 127.0.0.1:8080", key, text));
}

bool has_role(const Config& config, std::string_view role) {
  const auto& roles = config.server.roles;
  return roles.empty() || std::ranges::find(roles, role) != roles.end();
}

namespace {

// The first of its roles that others call decides; a gateway is only asked for its health.
std::string default_grpc_listen(const Config& config) {
  constexpr std::pair<std::string_view, unsigned> ports[] = {
      {"logic", 9001}, {"repo", 9002}, {"task", 9003}, {"gateway", 9000}};
  for (const auto& [role, port] : ports) {
    if (has_role(config, role)) return fmt::format("127.0.0.1:{}", port);
  }
  return "127.0.0.1:9000";
}

}  // namespace

std::string default_home() {
  if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg && *xdg)
    return std::string{xdg} + "/gochat";
  if (geteuid() == 0) return "/var/lib/gochat";
  const char* home = std::getenv("HOME");
  return std::string{home && *home ? home : "."} + "/.local/share/gochat";
}

Result<Config> complete(Config config) {
  auto listen = parse_listen(config.server.listen, "server.listen");
  if (!listen) return listen.error();
  if (config.server.wiring == "cluster") {
    if (config.grpc.listen.empty()) config.grpc.listen = default_grpc_listen(config);
    const auto called_at = parse_listen(config.grpc.listen, "grpc.listen");
    if (!called_at) return called_at.error();
    if (!has_role(config, "gateway")) listen = called_at;
  }
  if (config.server.internal_listen.empty()) {
    const unsigned port = listen->port == 0 ? 0 : listen->port + 1000U;
    if (port > 65535) {
      return refused(ErrorCode::invalid_params,
                     "the port leaves no room for the internal one 1000 above it; set "
                     "--internal-listen");
    }
    // What is for the operator is not shown to strangers unless somebody asks for it.
    const auto address = IpAddress::parse(listen->host);
    const bool near = address && address->is_loopback();
    const bool v6 = near && !address->is_v4();
    config.server.internal_listen = fmt::format("{}:{}",
                                                v6     ? "[::1]"
                                                : near ? listen->host
                                                       : "127.0.0.1",
                                                port);
  }
  if (auto internal = parse_listen(config.server.internal_listen, "server.internal_listen");
      !internal) {
    return internal.error();
  }
  if (config.server.data.empty()) config.server.data = default_home();
  if (config.gateway.io_threads == 0) {
    config.gateway.io_threads = std::max(2U, std::thread::hardware_concurrency()) - 1;
  }
  return config;
}

}  // namespace gochat::config

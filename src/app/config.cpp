#include "app/config.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>
#include <thread>

namespace gochat::app {
namespace {

using Setter = std::function<Result<void>(Config&, const std::string&)>;

Result<void> apply_profile(Config& config, const std::string& name) {
  if (name == "default") return {};
  if (name == "hardened") {
    config.auth.token_in_url = false;
    config.auth.password_min = 8;
    return {};
  }
  if (name == "bench") {
    // For load generators on this machine: what protects people from each other is lifted.
    config.gateway.connections_per_address = 1'000'000;
    config.limits.sends_burst = 1e9;
    config.limits.sends_per_second = 1e9;
    config.world.sends_per_second = 1e9;
    config.auth.bcrypt_cost = 4;
    return {};
  }
  return refused(ErrorCode::invalid_params,
                 fmt::format("--profile {}: unknown, use default, hardened or bench", name));
}

Result<void> set_level(Config& config, const std::string& name) {
  static constexpr std::string_view known[] = {"debug", "info", "warn", "error"};
  if (std::ranges::find(known, name) == std::end(known)) {
    return refused(ErrorCode::invalid_params,
                   fmt::format("--log-level {}: use debug, info, warn or error", name));
  }
  config.log.level = name;
  return {};
}

const std::map<std::string, Setter>& flags() {
  static const std::map<std::string, Setter> table{
      {"--listen",
       [](Config& c, const std::string& v) {
         c.server.listen = v;
         return Result<void>{};
       }},
      {"--internal-listen",
       [](Config& c, const std::string& v) {
         c.server.internal_listen = v;
         return Result<void>{};
       }},
      {"--data",
       [](Config& c, const std::string& v) {
         c.server.data = v;
         return Result<void>{};
       }},
      {"--log-level", set_level},
      {"--profile", apply_profile},
  };
  return table;
}

}  // namespace

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

Result<Config> config_from_flags(const std::vector<std::string>& arguments) {
  Config config;
  for (std::size_t n = 0; n < arguments.size(); ++n) {
    std::string name = arguments[n];
    std::string value;
    const auto equals = name.find('=');
    const bool joined = equals != std::string::npos;
    if (joined) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const auto flag = flags().find(name);
    if (flag == flags().end()) {
      std::string known;
      for (const auto& [text, unused] : flags()) known += " " + text;
      return refused(ErrorCode::invalid_params,
                     fmt::format("unknown flag `{}`; known are{}", name, known));
    }
    if (!joined) {
      if (n + 1 == arguments.size()) {
        return refused(ErrorCode::invalid_params, fmt::format("{} needs a value", name));
      }
      value = arguments[++n];
    }
    if (auto set = flag->second(config, value); !set) return set.error();
  }
  return complete(std::move(config));
}

std::string default_home() {
  if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg && *xdg)
    return std::string{xdg} + "/gochat";
  if (geteuid() == 0) return "/var/lib/gochat";
  const char* home = std::getenv("HOME");
  return std::string{home && *home ? home : "."} + "/.local/share/gochat";
}

Result<Config> complete(Config config) {
  const auto listen = parse_listen(config.server.listen, "server.listen");
  if (!listen) return listen.error();
  if (config.server.internal_listen.empty()) {
    const unsigned port = listen->port == 0 ? 0 : listen->port + 1000U;
    if (port > 65535) {
      return refused(ErrorCode::invalid_params,
                     "server.listen leaves no room for the internal port 1000 above it; set "
                     "--internal-listen");
    }
    config.server.internal_listen = fmt::format(
        "{}:{}",
        listen->host.find(':') == std::string::npos ? listen->host : "[" + listen->host + "]",
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

}  // namespace gochat::app

#include "config/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/network.hpp"
#include "config/backend_checks.hpp"
#include "config/profiles.hpp"

namespace gochat::config {
namespace {

constexpr std::uint32_t bcrypt_cost_careful = 10;

std::optional<IpAddress> address_of(const std::string& listen) {
  const auto place = parse_listen(listen, "");
  return place ? IpAddress::parse(place->host) : std::nullopt;
}

// Every address of this machine: good to listen on, and none to be called at.
bool is_everywhere(const std::string& listen) {
  const auto address = address_of(listen);
  return address && (address == IpAddress::parse("0.0.0.0") || address == IpAddress::parse("::"));
}

// What Kafka takes in the name of a topic.
bool is_name(const std::string& text) {
  constexpr std::size_t bytes_max = 100;
  return !text.empty() && text.size() <= bytes_max && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

// "http://host:port" or a part of it; a path is of OTLP over HTTP.
bool is_collector(std::string text) {
  constexpr std::string_view scheme = "http://";
  if (text.starts_with(scheme)) text.erase(0, scheme.size());
  while (text.ends_with('/')) text.pop_back();
  return !text.empty() && text.find_first_of("/ @?#") == text.npos;
}

class Checks {
 public:
  explicit Checks(const Config& config) : config_{config} {}

  std::vector<Problem> run() {
    fitting();
    wiring();
    exposure();
    tracing();
    return std::move(problems_);
  }

 private:
  void expect(bool holds, std::string cause, std::string remedy = {}) {
    if (!holds) problems_.push_back({std::move(cause), std::move(remedy), false});
  }

  // `smaller` must not be above `larger`; both are named with their values.
  void at_most(std::string_view smaller, double small, std::string_view larger, double large) {
    expect(small <= large,
           fmt::format("`{}` ({:.0f}) is above `{}` ({:.0f})", smaller, small, larger, large),
           fmt::format("lower the first or raise the second"));
  }

  void fitting() {
    const Config& c = config_;
    at_most("auth.session_days", c.auth.session_days, "auth.refreshed_session_days",
            c.auth.refreshed_session_days);
    at_most("gateway.connections_per_user", c.gateway.connections_per_user,
            "gateway.connections_per_address", c.gateway.connections_per_address);
    at_most("auth.failed_logins_per_account", c.auth.failed_logins_per_account,
            "auth.failed_logins_per_address", c.auth.failed_logins_per_address);
    at_most("limits.sends_per_second", c.limits.sends_per_second, "limits.sends_burst",
            c.limits.sends_burst);
    at_most("limits.body_bytes", c.limits.body_bytes, "store.commit_bytes_max",
            static_cast<double>(c.store.commit_bytes_max));
    expect(c.task.large_group_back < c.task.large_group_from,
           fmt::format("`task.large_group_back` ({}) is not below `task.large_group_from` ({})",
                       c.task.large_group_back, c.task.large_group_from),
           "a group between the two would change its road with every member; lower the first");
    const bool hooked = !c.hooks.push_url.empty() || !c.hooks.archive_url.empty() ||
                        !c.hooks.moderation_url.empty();
    expect(!hooked || !c.hooks.secret.empty(),
           "`hooks.secret` is missing, and whoever a hook tells could not know by whom",
           "openssl rand -hex 32, in the file or in GOCHAT_HOOKS_SECRET, and the same there");
    const double commit_age_us = c.store.commit_age_max_ms * 1000.0;
    expect(c.store.commit_wait_us < commit_age_us,
           fmt::format("`store.commit_wait_us` ({}) is not below `store.commit_age_max_ms` ({} ms)",
                       c.store.commit_wait_us, c.store.commit_age_max_ms),
           "every write would be refused as overloaded; lower the first");
    expect(
        c.store.commit_age_max_ms < c.gateway.receipt_seconds * 1000,
        fmt::format("`store.commit_age_max_ms` ({}) is not below `gateway.receipt_seconds` ({} s)",
                    c.store.commit_age_max_ms, c.gateway.receipt_seconds),
        "an HTTP send would give up before its message is refused; lower the first");
  }

  void wiring() {
    const Config& c = config_;
    if (c.server.wiring == "cluster") {
      cluster();
    } else {
      expect(c.server.roles.empty() || c.server.roles.size() == all_roles,
             "`server.roles` names some of the roles, and an embedded server has all of them",
             "remove the key, or set server.wiring to cluster");
    }
    expect(c.server.tls_certificate.empty() == c.server.tls_key.empty(),
           "`server.tls_certificate` and `server.tls_key` belong together and one is missing",
           "give both for TLS, or none for plain HTTP");
  }

  void cluster() {
    const Config& c = config_;
    const bool signs = has_role(c, "logic");
    expect(!signs || (!c.auth.token_key.empty() && !c.auth.refresh_key.empty()),
           "`auth.token_key` and `auth.refresh_key` are needed in a cluster: each process would "
           "refuse what another one has signed",
           "make two with `openssl rand -hex 32` and give both to every process");
    expect(is_name(c.server.instance),
           fmt::format("`server.instance` is `{}`, which cannot be part of a topic's name",
                       c.server.instance),
           "use up to 100 letters, digits, dots, underscores and hyphens");
    const bool alone = c.server.roles.empty() || c.server.roles.size() == all_roles;
    const bool secured = !c.grpc.tls_certificate.empty();
    expect(alone || secured || !c.grpc.token.empty(),
           "`grpc.token` or `grpc.tls_certificate` is needed where roles call each other: without "
           "them anybody who reaches one may act as any user",
           "make a token with `openssl rand -hex 32` and give it to every process");
    expect(secured == !c.grpc.tls_key.empty() && secured == !c.grpc.tls_authorities.empty(),
           "`grpc.tls_certificate`, `grpc.tls_key` and `grpc.tls_authorities` belong together and "
           "one is missing",
           "give all three for TLS between the roles, or none");
    const bool advertises = !c.grpc.advertise.empty();
    expect(!is_everywhere(advertises ? c.grpc.advertise : c.grpc.listen),
           advertises
               ? fmt::format("`grpc.advertise` is {}, at which nobody can call this process",
                             c.grpc.advertise)
               : fmt::format("`grpc.listen` is {}, at which nobody can call this process, and "
                             "`grpc.advertise` does not say where they can",
                             c.grpc.listen),
           "set grpc.advertise to an address of this machine that the other processes reach");
    for (Problem& problem : check_backends(c)) problems_.push_back(std::move(problem));
  }

  void tracing() {
    const std::string& endpoint = config_.trace.endpoint;
    expect(
        !endpoint.starts_with("https://"),
        fmt::format("`trace.endpoint` is {}, and spans leave without TLS", endpoint),
        "name a collector on this machine or in a network of your own, and have it pass them on");
    expect(endpoint.empty() || endpoint.starts_with("https://") || is_collector(endpoint),
           fmt::format("`trace.endpoint` is {}, which is no host and port", endpoint),
           "write http://127.0.0.1:4317, or the collector's own address");
  }

  void exposure() {
    const Config::Server& server = config_.server;
    const bool open = !is_loopback(server.listen);
    const bool protects = !server.tls_certificate.empty() || !server.trusted_proxies.empty();
    if (server.profile == "bench") {
      expect(!open && is_loopback(server.internal_listen),
             fmt::format("`server.profile` is bench, which lifts every limit and is refused on {}",
                         open ? server.listen : server.internal_listen),
             "listen on 127.0.0.1, or choose another profile with --profile");
      return;
    }
    expect(!open || protects || server.allow_plaintext,
           fmt::format("`server.listen` is {}, which other machines can reach, and without TLS "
                       "passwords cross the network in the clear",
                       server.listen),
           "give server.tls_certificate and server.tls_key, or name the proxy that ends TLS in "
           "server.trusted_proxies, or allow it with --server.allow_plaintext on");
  }

  static constexpr std::size_t all_roles = 4;

  const Config& config_;
  std::vector<Problem> problems_;
};

}  // namespace

bool is_loopback(const std::string& address) {
  const auto parsed = address_of(address);
  return parsed && parsed->is_loopback();
}

std::vector<Problem> doubts(const Config& config) {
  std::vector<Problem> all;
  const auto doubt = [&](bool holds, std::string cause) {
    if (holds) all.push_back({std::move(cause), {}, false});
  };
  const Config::Server& server = config.server;
  doubt(server.allow_plaintext && server.tls_certificate.empty(),
        "`server.allow_plaintext` is on: whoever is on the way reads passwords and messages");
  doubt(!is_loopback(server.internal_listen),
        fmt::format("`server.internal_listen` is {}, which other machines may reach",
                    server.internal_listen));
  for (const std::string& text : server.trusted_proxies) {
    const auto network = Network::parse(text);
    const bool all_v4 = network && network->contains(*IpAddress::parse("0.0.0.1")) &&
                        network->contains(*IpAddress::parse("255.255.255.254"));
    doubt(all_v4,
          fmt::format("`server.trusted_proxies` has {}: everybody may claim any address", text));
  }
  const bool hardened = server.profile == "hardened";
  doubt(hardened && config.auth.token_in_url, "`auth.token_in_url` is on in the hardened profile");
  doubt(hardened && config.auth.long_tokens, "`auth.long_tokens` is on in the hardened profile");
  doubt(hardened && !config.auth.refuse_common_passwords,
        "`auth.refuse_common_passwords` is off in the hardened profile");
  doubt(hardened && config.auth.password_min < hardened_password_min,
        fmt::format("`auth.password_min` is below {} in the hardened profile",
                    hardened_password_min));
  doubt(server.profile == "bench", "the profile bench is for load tests only");
  doubt(config.auth.bcrypt_cost < bcrypt_cost_careful && server.profile != "bench",
        fmt::format("`auth.bcrypt_cost` is below {}: a stolen hash is guessed quickly",
                    bcrypt_cost_careful));
  if (config.server.wiring == "cluster") {
    for (Problem& problem : doubt_backends(config)) all.push_back(std::move(problem));
  }
  return all;
}

std::vector<Problem> check(const Config& config) { return Checks{config}.run(); }

}  // namespace gochat::config

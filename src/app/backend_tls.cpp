#include "app/backend_tls.hpp"

#include <fmt/format.h>

#include <utility>

#include "adapters/memory/system_clock.hpp"

namespace gochat::app {

Result<net::Certificate::Pem> read_tls(std::string_view section,
                                       const config::Config::BackendTls& tls) {
  if (!tls.tls) return net::Certificate::Pem{};
  const auto now = std::chrono::floor<std::chrono::seconds>(memory::SystemClock{}.now());
  auto pem = net::Certificate::read({tls.tls_certificate, tls.tls_key, tls.tls_authorities}, now);
  if (pem) return pem;
  Error error = std::move(pem).error();
  error.detail = fmt::format("`{}.tls`: {}", section, error.detail);
  return error;
}

std::vector<Error> judge_tls(const config::Config& config) {
  std::vector<Error> errors;
  const auto judge = [&errors](std::string_view section, const config::Config::BackendTls& tls) {
    if (auto pem = read_tls(section, tls); !pem) errors.push_back(std::move(pem).error());
  };
  if (config.server.wiring != "cluster") return errors;
  if (config::has_role(config, "repo")) judge("mysql", config.mysql);
  judge("redis", config.redis);
  judge("kafka", config.kafka);
  judge("etcd", config.etcd);
  return errors;
}

}  // namespace gochat::app

#include "app/backend_options.hpp"

#include <fmt/ranges.h>

#include "app/backend_tls.hpp"
#include "protocol/records.hpp"

namespace gochat::app {
namespace {

// What a gateway did not read within an hour is of no use to it: its clients have asked since.
constexpr std::chrono::hours downstream_kept{1};

redis::Deployment deployment_of(const std::string& topology) {
  if (topology == "sentinel") return redis::Deployment::sentinel;
  if (topology == "cluster") return redis::Deployment::cluster;
  return redis::Deployment::standalone;
}

}  // namespace

mysql::StoreOptions mysql_options(const config::Config& config) {
  mysql::StoreOptions options;
  const auto server = [&config](const std::string& text, const std::string& key) {
    const auto address = config::parse_listen(text, key);
    mysql::ServerOptions at;
    at.host = address->host;
    at.port = address->port;
    at.user = config.mysql.user;
    at.password = config.mysql.password;
    at.database = config.mysql.database;
    if (const auto& mysql = config.mysql; mysql.tls) {
      at.tls = {mysql.tls_authorities, mysql.tls_certificate, mysql.tls_key, mysql.tls_name};
    }
    return at;
  };
  options.primary = server(config.mysql.address, "mysql.address");
  for (const std::string& replica : config.mysql.replicas) {
    options.replicas.push_back(server(replica, "mysql.replicas"));
  }
  options.pool.connections_max = config.mysql.connections;
  options.pool.wait_max = std::chrono::milliseconds{config.mysql.wait_ms};
  options.connections.slow_after = std::chrono::milliseconds{config.mysql.slow_ms};
  options.environment = config.server.environment;
  return options;
}

redis::Options redis_options(const config::Config& config) {
  redis::Options options;
  options.deployment = deployment_of(config.redis.topology);
  for (const std::string& text : config.redis.addresses) {
    const auto address = config::parse_listen(text, "redis.addresses");
    options.addresses.push_back({address->host, address->port});
  }
  if (const auto& redis = config.redis; redis.tls) {
    options.tls = {redis.tls_authorities, redis.tls_certificate, redis.tls_key, redis.tls_name};
  }
  options.sentinel_credentials = {config.redis.sentinel_user, config.redis.sentinel_password};
  options.master_name = config.redis.master;
  options.credentials = {config.redis.user, config.redis.password};
  options.key_prefix = config.redis.prefix;
  options.limits.connections_per_node_max = config.redis.connections;
  options.limits.command_time_max = std::chrono::milliseconds{config.redis.command_ms};
  return options;
}

kafka::KafkaOptions kafka_options(const config::Config& config) {
  kafka::KafkaOptions options;
  options.brokers = fmt::format("{}", fmt::join(config.kafka.brokers, ","));
  options.client_id = config.server.instance;
  if (const auto& kafka = config.kafka; kafka.tls) {
    options.tls = {kafka.tls_authorities, kafka.tls_certificate, kafka.tls_key};
  }
  if (const auto& kafka = config.kafka; kafka.sasl_mechanism != "none") {
    options.sasl = {kafka.sasl_mechanism, kafka.user, kafka.password};
  }
  options.topic_prefix = config.kafka.prefix;
  options.group_prefix = config.kafka.prefix;
  options.replicas = static_cast<std::int16_t>(config.kafka.replicas);
  options.care_of[std::string{protocol::downstream_topic_prefix}] = {downstream_kept, false};
  options.limits.linger_max = std::chrono::milliseconds{config.kafka.linger_ms};
  return options;
}

Result<etcd::ClientOptions> etcd_options(const config::Config& config) {
  auto pem = read_tls("etcd", config.etcd);
  if (!pem) return std::move(pem).error();
  etcd::ClientOptions options{.endpoints = config.etcd.endpoints, .prefix = config.etcd.prefix};
  options.user = config.etcd.user;
  options.password = config.etcd.password;
  options.credentials.tls = config.etcd.tls;
  options.credentials.certificates = {.authorities = std::move(pem->authorities),
                                      .own = std::move(pem->certificate),
                                      .own_key = std::move(pem->key),
                                      .expected_name = config.etcd.tls_name};
  return options;
}

rpc::ServerOptions rpc_server_options(const config::Config& config) {
  rpc::ServerOptions options;
  options.listen = config.grpc.listen;
  if (!config.grpc.token.empty()) options.credentials.tokens = {config.grpc.token};
  options.reflection = config.grpc.reflection;
  options.deadline_default = std::chrono::milliseconds{config.grpc.deadline_ms};
  return options;
}

rpc::CallsOptions calls_options(const config::Config& config) {
  rpc::CallsOptions options;
  if (!config.grpc.token.empty()) options.channel.credentials.tokens = {config.grpc.token};
  options.deadline_default = std::chrono::milliseconds{config.grpc.deadline_ms};
  return options;
}

std::string advertised(const config::Config& config) {
  return config.grpc.advertise.empty() ? config.grpc.listen : config.grpc.advertise;
}

}  // namespace gochat::app

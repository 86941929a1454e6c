// The configuration as each backend's adapter takes it.
#pragma once

#include "adapters/etcd/etcd_client.hpp"
#include "adapters/grpc/calls.hpp"
#include "adapters/grpc/server.hpp"
#include "adapters/kafka/kafka_options.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/redis/options.hpp"
#include "config/config.hpp"

namespace gochat::app {

mysql::StoreOptions mysql_options(const config::Config& config);
redis::Options redis_options(const config::Config& config);
kafka::KafkaOptions kafka_options(const config::Config& config);
// The error names a file that cannot be used, and what to do about it.
Result<etcd::ClientOptions> etcd_options(const config::Config& config);
rpc::ServerOptions rpc_server_options(const config::Config& config);
// Without the role that is called.
rpc::CallsOptions calls_options(const config::Config& config);
// Where other processes are told to call this one.
std::string advertised(const config::Config& config);

}  // namespace gochat::app

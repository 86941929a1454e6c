// The names of what is measured in a cluster alone; docs/operations/cluster.md lists them.
#pragma once

#include <string>

#include "adapters/etcd/etcd_client.hpp"
#include "adapters/etcd/etcd_directory.hpp"
#include "adapters/grpc/calls.hpp"
#include "adapters/grpc/server.hpp"
#include "adapters/kafka/kafka_queue.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/redis/client.hpp"
#include "adapters/redis/redis_failed_tries.hpp"
#include "adapters/redis/redis_rate_limiter.hpp"
#include "app/shared_configuration.hpp"
#include "app/topic_janitor.hpp"
#include "base/metrics.hpp"
#include "net/certificate.hpp"

namespace gochat::app {

void name_mysql(metrics::Registry& registry, const mysql::Store& store);
void name_redis(metrics::Registry& registry, const redis::Client& client);
void name_limits(metrics::Registry& registry, const redis::RedisRateLimiter& limiter,
                 const redis::RedisFailedTries& tries);
void name_kafka(metrics::Registry& registry, const kafka::KafkaQueue& queue);
// Null: without TLS.
void name_identity(metrics::Registry& registry, const net::Certificate* certificate);
void name_janitor(metrics::Registry& registry, const TopicJanitor& janitor);
void name_calls(metrics::Registry& registry, const std::string& role, const rpc::Calls& calls);
void name_served(metrics::Registry& registry, const rpc::Server& server);
void name_agreement(metrics::Registry& registry, const etcd::Client& client,
                    const etcd::EtcdDirectory& directory, const memory::SnowflakeIds& ids);
void name_shared_configuration(metrics::Registry& registry, const SharedConfiguration& shared);

}  // namespace gochat::app

#include "app/measures_cluster.hpp"

#include "adapters/mysql/message_reader.hpp"
#include "app/measures.hpp"
#include "protocol/message_task.hpp"
#include "protocol/records.hpp"

namespace gochat::app {
namespace {

template <class Value>
double number(Value value) {
  return static_cast<double>(value);
}

// Gateways and kinds of task have a topic each; together they are one series.
constexpr std::string_view topics[] = {protocol::upstream_topic, protocol::upstream_world_topic,
                                       protocol::large_group_topic, protocol::task_topic_prefix,
                                       protocol::downstream_topic_prefix};

std::string label_of(std::string_view topic) {
  return std::string{topic.ends_with('-') ? topic.substr(0, topic.size() - 1) : topic};
}

bool is_of(std::string_view topic, std::string_view known) {
  return known.ends_with('-') ? topic.starts_with(known) : topic == known;
}

void name_replicas(metrics::Registry& registry, const mysql::Store& store) {
  const mysql::PageCounts& pages = store.page_counts();
  registry.counter({"gochat_mysql_replica_pages_total",
                    "Pages of history, by what the replica did.",
                    {{"result", "used"}}},
                   pages.from_replica);
  registry.counter({"gochat_mysql_replica_pages_total",
                    "Pages of history, by what the replica did.",
                    {{"result", "behind"}}},
                   pages.replica_behind);
  registry.counter({"gochat_mysql_replica_pages_total",
                    "Pages of history, by what the replica did.",
                    {{"result", "failed"}}},
                   pages.replica_failed);
  for (std::size_t n = 0; n < store.replica_figures().size(); ++n) {
    registry.gauge({"gochat_mysql_replica_behind_seconds",
                    "How far a replica is behind; -1: it does not follow.",
                    {{"replica", store.replica_figures()[n].address}}},
                   [&store, n] {
                     const auto figures = store.replica_figures();
                     return figures[n].behind ? number(figures[n].behind->count()) : -1.0;
                   });
  }
  if (store.replica_figures().empty()) return;
  name_breakers(registry, "mysql_replica", [&store] { return store.replicas_left_alone(); });
}

}  // namespace

void name_mysql(metrics::Registry& registry, const mysql::Store& store) {
  const mysql::Counts& counts = store.counts();
  registry.counter({"gochat_mysql_statements_total", "Statements sent."}, counts.statements);
  registry.counter({"gochat_mysql_statement_failures_total",
                    "Statements that the server or the way to it did not answer well."},
                   counts.failed_statements);
  registry.counter({"gochat_mysql_slow_statements_total", "Statements above mysql.slow_ms."},
                   counts.slow_statements);
  registry.histogram({"gochat_mysql_statement_seconds", "One statement and its answer."},
                     counts.statement_seconds);
  registry.counter({"gochat_mysql_transactions_total", "Transactions committed."},
                   counts.transactions);
  registry.counter({"gochat_mysql_deadlocks_total",
                    "Transactions that lost against another one and were begun anew."},
                   counts.deadlocks);
  registry.counter({"gochat_mysql_fenced_total",
                    "Batches of a lane's owner that was replaced; nothing of them was done."},
                   store.log_counts().fenced);
  registry.histogram({"gochat_mysql_pool_wait_seconds", "Waiting for a connection."},
                     counts.lease_seconds);
  registry.counter({"gochat_mysql_pool_refused_total", "Callers that got no connection."},
                   counts.refused);
  registry.counter({"gochat_mysql_connections_opened_total", "Connections made."}, counts.opened);
  registry.counter({"gochat_mysql_connections_failed_total", "Connections that could not be made."},
                   counts.not_opened);
  registry.counter({"gochat_mysql_connections_lost_total",
                    "Connections that broke or were dropped at a deadline."},
                   counts.lost);
  registry.gauge({"gochat_mysql_connections", "Connections, by state.", {{"state", "in_use"}}},
                 [&store] { return number(store.figures().in_use); });
  registry.gauge({"gochat_mysql_connections", "Connections, by state.", {{"state", "idle"}}},
                 [&store] { return number(store.figures().idle); });
  registry.gauge({"gochat_mysql_pool_waiting", "Callers that wait for a connection."},
                 [&store] { return number(store.figures().waiting); });
  name_replicas(registry, store);
}

void name_redis(metrics::Registry& registry, const redis::Client& client) {
  const redis::Counts& counts = client.counts();
  registry.counter({"gochat_redis_commands_total", "Commands sent."}, counts.commands);
  registry.histogram({"gochat_redis_command_seconds", "From the call to the reply."},
                     counts.seconds);
  registry.counter({"gochat_redis_errors_total", "Commands without an answer of use."},
                   counts.errors);
  registry.counter({"gochat_redis_timeouts_total", "Of these, not answered in time."},
                   counts.timeouts);
  registry.counter({"gochat_redis_retries_total", "Commands that were sent again."},
                   counts.retries);
  registry.counter({"gochat_redis_redirects_total", "Replies that named another server."},
                   counts.redirects);
  registry.counter({"gochat_redis_connects_total", "Connections that became ready."},
                   counts.connects);
  registry.counter({"gochat_redis_disconnects_total", "Connections that failed or were lost."},
                   counts.disconnects);
  registry.counter(
      {"gochat_redis_wrong_type_total", "Keys that held something else and were deleted."},
      counts.wrong_type);
  registry.counter({"gochat_redis_unreadable_total", "Values that could not be read."},
                   counts.unreadable);
  registry.gauge({"gochat_redis_connections", "Connections that are ready."},
                 [&client] { return number(client.figures().connections); });
  registry.gauge({"gochat_redis_waiting", "Commands that wait for a connection."},
                 [&client] { return number(client.figures().waiting); });
  registry.gauge({"gochat_redis_in_flight", "Commands that wait for their reply."},
                 [&client] { return number(client.figures().in_flight); });
  name_breakers(registry, "redis", [&client] { return client.figures().left_alone; });
}

void name_limits(metrics::Registry& registry, const redis::RedisRateLimiter& limiter,
                 const redis::RedisFailedTries& tries) {
  registry.counter({"gochat_limits_settled_total",
                    "How often buckets of this process were settled with those of the others."},
                   limiter.settled());
  registry.counter({"gochat_limits_local_total",
                    "What was judged by this process alone because Redis was away."},
                   [&limiter, &tries] {
                     return number(limiter.judged_locally().value()) +
                            number(tries.judged_locally().value());
                   });
}

void name_kafka(metrics::Registry& registry, const kafka::KafkaQueue& queue) {
  const auto sum = [&queue](std::string_view known, metrics::Counter kafka::TopicCounts::* part) {
    return [&queue, known, part] {
      double all = 0;
      for (const auto& [topic, counts] : queue.counts()) {
        if (is_of(topic, known)) all += number((counts.*part).value());
      }
      return all;
    };
  };
  for (const std::string_view known : topics) {
    const metrics::Labels label{{"topic", label_of(known)}};
    registry.counter({"gochat_kafka_produced_total", "Records that brokers have taken.", label},
                     sum(known, &kafka::TopicCounts::produced));
    registry.counter({"gochat_kafka_produce_failures_total",
                      "Records refused, given up, or of unknown end.", label},
                     sum(known, &kafka::TopicCounts::failed));
    registry.counter({"gochat_kafka_consumed_total", "Records given to a lane's handler.", label},
                     sum(known, &kafka::TopicCounts::consumed));
    registry.counter({"gochat_kafka_retries_total", "Batches that were given again.", label},
                     sum(known, &kafka::TopicCounts::retries));
    registry.counter({"gochat_kafka_commit_failures_total",
                      "Offsets that could not be committed, by tries.", label},
                     sum(known, &kafka::TopicCounts::commit_failures));
    registry.histogram(
        {"gochat_kafka_produce_seconds", "From a publish to what became of it.", label},
        queue.times(known).produce_seconds);
    registry.histogram({"gochat_kafka_handle_seconds", "One batch with its handler.", label},
                       queue.times(known).handle_seconds);
    registry.gauge({"gochat_kafka_lag", "Records behind our lanes' ends.", label}, [&queue, known] {
      double all = 0;
      for (const auto& [topic, lag] : queue.figures().lag) {
        if (is_of(topic, known)) all += number(lag);
      }
      return all;
    });
  }
  registry.gauge({"gochat_kafka_lanes", "Lanes that are ours."},
                 [&queue] { return number(queue.figures().lanes); });
  registry.counter({"gochat_kafka_rebalances_total", "How often lanes were dealt anew."},
                   [&queue] { return number(queue.figures().rebalances); });
}

void name_identity(metrics::Registry& registry, const net::Certificate* certificate) {
  if (certificate == nullptr) return;
  registry.gauge(
      {"gochat_grpc_certificate_expires_seconds",
       "Unix time at which the certificate between the roles expires."},
      [certificate] { return number(certificate->expires().time_since_epoch().count()); });
}

void name_janitor(metrics::Registry& registry, const TopicJanitor& janitor) {
  registry.counter({"gochat_kafka_topics_removed_total",
                    "Topics of gateways that were gone for too long, removed by this process."},
                   janitor.removed());
}

void name_calls(metrics::Registry& registry, const std::string& role, const rpc::Calls& calls) {
  const auto label = [&role] { return metrics::Labels{{"role", role}}; };
  const auto all = [](const metrics::Family<metrics::Counter>& family) {
    return [&family] {
      double sum = 0;
      family.each([&](const auto&, const metrics::Counter& one) { sum += number(one.value()); });
      return sum;
    };
  };
  registry.counter({"gochat_calls_total", "Calls to another role.", label()},
                   all(calls.counts().calls));
  registry.counter({"gochat_call_errors_total", "Calls that ended in an error.", label()},
                   all(calls.counts().errors));
  registry.counter({"gochat_call_retries_total", "Attempts beyond the first.", label()},
                   all(calls.counts().retries));
  registry.counter({"gochat_call_hedges_total",
                    "Reads that were asked of a second instance, the first being silent.", label()},
                   all(calls.counts().hedges));
  registry.counter({"gochat_call_retries_refused_total",
                    "Further attempts that the budget did not allow.", label()},
                   calls.counts().unspent);
  registry.counter({"gochat_call_attempts_total", "Attempts, by the instance.", label()},
                   calls.counts().attempts);
  registry.counter(
      {"gochat_call_failures_total", "Of these, what the instance did not answer well.", label()},
      calls.counts().failures);
  registry.histogram({"gochat_call_seconds", "One call, with all its attempts.", label()},
                     calls.counts().seconds);
  name_breakers(registry, role, [&calls] { return calls.ejected(); });
  registry.gauge({"gochat_call_instances", "Instances of that role in use.", label()},
                 [&calls] { return number(calls.instances() - calls.ejected()); });
  registry.gauge({"gochat_call_instances_ejected", "Instances left out for a while.", label()},
                 [&calls] { return number(calls.ejected()); });
}

void name_served(metrics::Registry& registry, const rpc::Server& server) {
  const rpc::ServerCounts& counts = server.counts();
  registry.counter({"gochat_served_calls_total", "Calls of other processes that were answered."},
                   counts.calls);
  registry.counter({"gochat_served_call_errors_total", "Of these, those answered by an error."},
                   counts.errors);
  registry.histogram({"gochat_served_call_seconds", "From a call's arrival to its answer."},
                     counts.seconds);
  registry.counter(
      {"gochat_served_calls_refused_total", "Calls that were not begun.", {{"reason", "token"}}},
      counts.refused_credentials);
  registry.counter(
      {"gochat_served_calls_refused_total", "Calls that were not begun.", {{"reason", "overload"}}},
      counts.refused_overload);
  registry.gauge({"gochat_served_calls_open", "Calls that are being answered."},
                 [&server] { return number(server.calls_open()); });
}

void name_agreement(metrics::Registry& registry, const etcd::Client& client,
                    const etcd::EtcdDirectory& directory, const memory::SnowflakeIds& ids) {
  registry.counter({"gochat_etcd_calls_total", "Calls to etcd."}, client.counts().calls);
  registry.counter({"gochat_etcd_errors_total", "Calls that a member did not answer."},
                   client.counts().errors);
  registry.histogram({"gochat_etcd_call_seconds", "One call to a member."},
                     client.counts().seconds);
  name_breakers(registry, "etcd", [&client] { return client.left_alone(); });
  registry.gauge(
      {"gochat_etcd_lease_seconds", "How long this process stays listed by itself."},
      [&directory] { return std::chrono::duration<double>{directory.lease_left()}.count(); });
  registry.gauge(
      {"gochat_ids_lease_seconds", "How long ids may still be issued under this machine number."},
      [&ids] {
        return std::chrono::duration<double>{ids.lease_left().value_or(Duration{})}.count();
      });
}

void name_shared_configuration(metrics::Registry& registry, const SharedConfiguration& shared) {
  registry.gauge({"gochat_config_revision",
                  "etcd's revision of the newest shared document in force; 0: there is none."},
                 [&shared] { return number(shared.revision()); });
}

}  // namespace gochat::app

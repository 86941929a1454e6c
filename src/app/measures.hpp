// The name of everything that is measured: one place for all rooms, which count without knowing
// what it is called. docs/operations/observability.md lists them for the operator, and a test holds
// it against the binary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "adapters/memory/memory_queue.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/sqlite/store.hpp"
#include "app/configuration.hpp"
#include "app/health.hpp"
#include "app/hooks.hpp"
#include "app/loop_watch.hpp"
#include "app/tracing.hpp"
#include "async/executor.hpp"
#include "base/metrics.hpp"
#include "gateway/gateway.hpp"
#include "task/tasks.hpp"

namespace gochat::logic {
struct FanOutCounts;
}

namespace gochat::app {

void name_process(metrics::Registry& registry, const Health& health, const LoopWatch& loop);
void name_configuration(metrics::Registry& registry, const Configuration& configuration);
void name_gateway(metrics::Registry& registry, const gateway::Gateway& gateway);
void name_network(metrics::Registry& registry, const gateway::Gateway& gateway);
// Null: plain HTTP.
void name_certificate(metrics::Registry& registry, const net::Certificate* certificate);
void name_store(metrics::Registry& registry, const sqlite::Store& store);
void name_queue(metrics::Registry& registry, const memory::MemoryQueue& queue);
void name_ids(metrics::Registry& registry, const memory::SnowflakeIds& ids);
// `kept` answers how many this process has laid into a topic of dead letters.
void name_dead_letters(metrics::Registry& registry,
                       std::function<std::uint64_t(const std::string&)> kept);
void name_fan_out(metrics::Registry& registry, const logic::FanOutCounts& counts);
void name_tasks(metrics::Registry& registry, const task::Tasks& tasks);
void name_hooks(metrics::Registry& registry, const Hooks& hooks);
void name_tracing(metrics::Registry& registry, const Tracing& tracing);
// Of one backend: how many of its servers are left alone at present.
void name_breakers(metrics::Registry& registry, const std::string& backend,
                   std::function<std::size_t()> open);
void name_pool(metrics::Registry& registry, const std::string& pool, const ThreadPool& threads);

}  // namespace gochat::app

// The whole messenger in one process: the embedded store, and memory for everything else. Members
// are declared in the order in which they start; each holds references to the ones above it.
#pragma once

#include <memory>

#include "adapters/memory/memory_directory.hpp"
#include "adapters/memory/memory_failed_tries.hpp"
#include "adapters/memory/memory_inboxes.hpp"
#include "adapters/memory/memory_online_count.hpp"
#include "adapters/memory/memory_queue.hpp"
#include "adapters/memory/memory_rate_limiter.hpp"
#include "adapters/memory/memory_session_registry.hpp"
#include "adapters/memory/memory_tickets.hpp"
#include "adapters/memory/only_leader.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/store.hpp"
#include "app/wiring.hpp"
#include "async/executor.hpp"

namespace gochat::app {

class Embedded final : public Wiring {
 public:
  explicit Embedded(const Ground& ground);

  Task<Result<void>> open() override;
  void give_up() override {}
  Ports ports() override;
  void name_measures(metrics::Registry& measures) override;
  Task<Result<void>> serve(Served served) override;
  Task<> stop_serving() override;
  void apply(const Config& wanted) override;
  Task<> close() override;

 private:
  Ground ground_;
  sqlite::ChecksumVfs vfs_;
  ThreadPool writer_;
  ThreadPool readers_;
  ThreadPool sorter_;
  std::unique_ptr<sqlite::Store> store_;
  memory::MemoryQueue memory_queue_;
  memory::MemorySessionRegistry registry_;
  memory::MemoryDirectory directory_;
  memory::MemoryTickets tickets_;
  memory::MemoryRateLimiter limiter_;
  memory::MemoryFailedTries tries_;
  memory::MemoryOnlineCount online_;
  memory::MemoryInboxes inboxes_;
  memory::OnlyLeader leader_;
  std::unique_ptr<sqlite::LetterKeepingQueue> queue_;
  std::unique_ptr<memory::SnowflakeIds> ids_;
};

}  // namespace gochat::app

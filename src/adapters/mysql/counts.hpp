// What has been asked of the database, for metrics.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "base/metrics.hpp"

namespace gochat::mysql {

struct Counts {
  metrics::Counter statements;
  metrics::Counter slow_statements;
  metrics::Counter failed_statements;  // whatever the server or the way to it answered
  metrics::WaitHistogram statement_seconds;

  metrics::Counter opened;      // connections
  metrics::Counter not_opened;  // tries in vain
  metrics::Counter lost;        // connections that broke or were dropped at a deadline
  metrics::Counter refused;     // callers that got no connection
  metrics::WaitHistogram lease_seconds;

  metrics::Counter transactions;  // committed
  metrics::Counter deadlocks;     // transactions that lost against another one; begun anew
  metrics::Counter duplicates;    // statements that met a key that was there
};

struct PoolFigures {
  std::size_t in_use = 0;
  std::size_t idle = 0;
  std::size_t waiting = 0;
};

struct ReplicaFigures {
  std::string address;
  std::optional<std::chrono::seconds> behind;  // none: it does not follow, or cannot be asked
  PoolFigures connections;
};

}  // namespace gochat::mysql

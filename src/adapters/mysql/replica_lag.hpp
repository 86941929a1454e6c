#pragma once

#include <chrono>
#include <optional>

#include "adapters/mysql/pool.hpp"

namespace gochat::mysql {

// How far a replica is behind its primary, as it says itself. None: it does not follow, or nobody
// may ask it (the privilege is REPLICA MONITOR, in MySQL REPLICATION CLIENT). For an operator's
// eyes alone: whether a page is believed is decided by what the page shows.
Task<std::optional<std::chrono::seconds>> seconds_behind(Pool* replica, Deadline deadline);

}  // namespace gochat::mysql

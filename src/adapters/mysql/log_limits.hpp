// The bounds of the log, and what it has done.
#pragma once

#include <cstddef>
#include <cstdint>

#include "async/timer.hpp"
#include "base/metrics.hpp"
#include "domain/limits.hpp"

namespace gochat::mysql {

struct LogLimits {
  // How many transactions go side by side: while one is being synced another is filled. More of
  // them would be smaller ones.
  std::size_t transactions_max = 2;
  // One that takes longer, because somebody holds its rows, lets another go beside it; so many of
  // all, each of which holds a connection of the pool.
  Duration passed_after = std::chrono::milliseconds{100};
  std::size_t transactions_held_max = 8;
  // Of one transaction: what comes together is committed together.
  std::size_t batch_items_max = 512;
  // Back-pressure: above it an append is answered `overloaded` at once.
  std::size_t queue_bytes_max = 16 * 1024 * 1024;
  // How often an item whose keys were taken by another process at the same time is tried by itself.
  std::size_t single_tries_max = 5;
  std::uint32_t group_members_max = limits::group_members_max;
  std::size_t groups_per_user_max = limits::groups_per_user_max;
};

struct LogCounts {
  metrics::SizeHistogram items;      // of a transaction
  metrics::Counter fenced;           // batches of an owner that was replaced
  metrics::Counter done_one_by_one;  // transactions that a taken key undid
};

}  // namespace gochat::mysql

// What an operator can watch of the store.
#pragma once

#include <cstddef>
#include <cstdint>

#include "async/timer.hpp"
#include "base/metrics.hpp"

namespace gochat::sqlite {

// Counted on the commit thread, read from any.
struct StoreCounts {
  metrics::SizeHistogram commit_items;    // writes of one transaction
  metrics::WaitHistogram commit_seconds;  // from its begin until the disk has it
  metrics::Counter commit_failures;
  metrics::Counter merges;
};

// As it is now.
struct StoreFigures {
  std::size_t queue_bytes = 0;
  std::size_t queue_items = 0;
  Duration queue_age{};
  std::uint64_t refused = 0;
  std::int64_t log_frames = 0;
  std::uint64_t checkpoints = 0;
  std::size_t unmerged_rows = 0;
  bool writable = true;
};

}  // namespace gochat::sqlite

// What may be set about task. The values here are the documented defaults.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "async/retry.hpp"

namespace gochat::task {

struct Options {
  // Members of a shard that are looked up at a time.
  std::size_t fanout_batch = 100;
  // What is told later than this after it was sent is read again: it may have been recalled.
  std::chrono::milliseconds fresh_max{2'000};
  std::int32_t lanes = 16;
  // Taken from a lane at once, and given again together when the process ends among them.
  std::size_t batch_records_max = 100;
  std::chrono::milliseconds publish_deadline{5'000};

  // Waiting at the head of a lane; how often is not limited.
  RetryPolicy retry{.first_delay_max = std::chrono::milliseconds{100},
                    .delay_max = std::chrono::seconds{10}};
  // For all tasks of a kind together. What is not paid for is tried again all the same, but after
  // any part of the longest pause.
  double retries_earned_per_task = 0.2;
  double retries_saved_max = 200;
  // Of one batch: then it goes back, and the queue gives it again, perhaps to another process.
  std::chrono::milliseconds hold_max{30'000};
  // Of a task whose failures are its own: after so many it is given up.
  std::uint32_t failed_tries_max = 5;
};

}  // namespace gochat::task

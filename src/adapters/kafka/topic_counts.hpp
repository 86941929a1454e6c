#pragma once

#include <map>
#include <string>

#include "base/metrics.hpp"

namespace gochat::kafka {

// What was done with one topic since the queue was made.
struct TopicCounts {
  metrics::Counter produced;
  metrics::Counter failed;  // publishes that were refused, given up, or whose end is unknown
  metrics::WaitHistogram produce_seconds;
  metrics::Counter consumed;
  metrics::WaitHistogram handle_seconds;  // of a batch, each try
  metrics::Counter retries;               // batches that were given again
  metrics::Counter commit_failures;
};

// By the topic's name without prefix. A topic stays until it is removed.
using TopicCountsMap = std::map<std::string, TopicCounts>;

}  // namespace gochat::kafka

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/metrics.hpp"

namespace gochat::kafka {

struct TopicTimes {
  metrics::WaitHistogram produce_seconds;  // from the publish to what became of it
  metrics::WaitHistogram handle_seconds;   // of a batch, each try
};

// What was done with one topic since the queue was made.
struct TopicCounts {
  metrics::Counter produced;
  metrics::Counter failed;  // publishes that were refused, given up, or whose end is unknown
  metrics::Counter consumed;
  metrics::Counter retries;  // batches that were given again
  metrics::Counter commit_failures;
  TopicTimes* times = nullptr;
};

// By the topic's name without prefix; made when it is asked for first. A topic stays until the
// queue goes. Topics of one kind, such as one for each gateway, have their times together.
class TopicCountsMap {
 public:
  // Kinds are what the names of their topics begin with.
  explicit TopicCountsMap(std::vector<std::string> kinds = {}) : kinds_{std::move(kinds)} {}

  TopicCounts& operator[](const std::string& topic) {
    TopicCounts& counts = counts_[topic];
    if (counts.times == nullptr) counts.times = &times_of(topic);
    return counts;
  }
  // Of a topic, or of a kind.
  TopicTimes& times_of(std::string_view topic) {
    for (const std::string& kind : kinds_) {
      if (topic.starts_with(kind)) topic = kind;
    }
    return times_[std::string{topic}];
  }

  const TopicCounts& at(const std::string& topic) const { return counts_.at(topic); }
  auto find(const std::string& topic) const { return counts_.find(topic); }
  auto begin() const { return counts_.begin(); }
  auto end() const { return counts_.end(); }

 private:
  std::vector<std::string> kinds_;
  std::map<std::string, TopicCounts> counts_;
  std::map<std::string, TopicTimes> times_;
};

}  // namespace gochat::kafka

// Decides which traces are recorded, and holds the spans that have ended until they are exported.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "base/metrics.hpp"
#include "base/mutex.hpp"
#include "base/span.hpp"

namespace gochat::trace {

struct RecorderOptions {
  double ratio = 0;
  std::size_t spans_max = 8'192;  // that wait; further ones are dropped and counted
  std::uint64_t seed = 0;         // of span ids
  std::function<std::int64_t()> now_ns;
};

struct RecorderCounts {
  metrics::Counter recorded;
  metrics::Counter dropped;
};

// From any thread.
class Recorder {
 public:
  explicit Recorder(RecorderOptions options);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Of traces that begin here, 0 to 1. Those that others began are recorded when they say so.
  void set_ratio(double ratio);
  bool samples_any() const { return threshold_.load(std::memory_order_relaxed) != 0; }
  // The same answer for a trace in every process of the same ratio.
  bool samples(TraceId id) const;

  // The oldest, at most so many.
  std::vector<SpanRecord> take(std::size_t count_max);
  std::size_t waiting() const;
  const RecorderCounts& counts() const { return counts_; }

 private:
  friend class Span;
  friend Span start(std::string_view name, Kind kind, const Context& parent);
  std::uint64_t next_span();
  void add(SpanRecord record);

  const RecorderOptions options_;
  std::atomic<std::uint64_t> threshold_{0};
  std::atomic<std::uint64_t> state_;
  mutable Mutex mutex_;
  std::deque<SpanRecord> ended_ GOCHAT_GUARDED_BY(mutex_);
  RecorderCounts counts_;
};

// Process-wide on purpose, as the log is: a span must be possible from anywhere. None: nothing is
// recorded. A recorder that goes takes itself away; no other thread may start or end a span then.
void record_with(Recorder* recorder);
Recorder* recorder();

}  // namespace gochat::trace

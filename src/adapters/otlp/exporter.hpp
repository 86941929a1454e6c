// Takes spans that have ended to an OpenTelemetry collector.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "async/retry.hpp"
#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "base/span_recorder.hpp"

namespace gochat::otlp {

struct ExporterOptions {
  std::string address;  // "127.0.0.1:4317"
  // Of the process, on every span: such as service.name.
  std::vector<std::pair<std::string, std::string>> resource{};
  std::size_t batch_spans_max = 256;
  Duration every = std::chrono::seconds{1};
  Duration call_time_max = std::chrono::seconds{5};
  Duration last_calls_time_max = std::chrono::milliseconds{500};  // all, when the process ends
  // Between the tries of a batch; how many there are is not limited.
  RetryPolicy retry{.first_delay_max = std::chrono::seconds{1},
                    .delay_max = std::chrono::seconds{30}};
};

struct ExporterCounts {
  metrics::Counter exported;
  metrics::Counter rejected;  // by the collector, or undone at the end
  metrics::Counter calls;
  metrics::Counter failed_calls;
};

// What a collector listens on, of "http://host:4317", "host:4317" or "host".
Result<std::string> collector_address(const std::string& endpoint);

// Lives on one loop. The recorder outlives it.
class Exporter {
 public:
  Exporter(boost::asio::any_io_executor executor, Timers& timers, Dice dice,
           trace::Recorder& recorder, ExporterOptions options);
  ~Exporter();
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  void start();
  // What is waiting goes out now, or is counted as rejected.
  Task<> stop();

  const ExporterCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gochat::otlp

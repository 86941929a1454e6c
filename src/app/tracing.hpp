// Records spans and exports them, where a collector is configured.
#pragma once

#include <memory>

#include "adapters/memory/system_clock.hpp"
#include "adapters/otlp/exporter.hpp"
#include "async/loop.hpp"
#include "base/metrics.hpp"
#include "base/span_recorder.hpp"
#include "config/config.hpp"
#include "ports/random.hpp"

namespace gochat::app {

class Tracing {
 public:
  // Null without `trace.endpoint`: nothing is recorded then, and a span costs a comparison.
  static std::unique_ptr<Tracing> begin(const config::Config& config, Loop& loop,
                                        const memory::SystemClock& clock, Random& random);
  Tracing(const config::Config& config, Loop& loop, const memory::SystemClock& clock,
          Random& random);

  // What may change while the server runs.
  void apply(const config::Config& in_force);
  Task<> stop() { return exporter_.stop(); }

  const trace::Recorder& recorder() const { return recorder_; }
  const otlp::ExporterCounts& counts() const { return exporter_.counts(); }

 private:
  trace::Recorder recorder_;
  otlp::Exporter exporter_;
};

}  // namespace gochat::app

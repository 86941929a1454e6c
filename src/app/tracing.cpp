#include "app/tracing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/log.hpp"

namespace gochat::app {
namespace {

otlp::ExporterOptions exporter_options(const config::Config& config) {
  otlp::ExporterOptions options;
  options.address = *otlp::collector_address(config.trace.endpoint);
  options.resource = {
      {"service.name", config.trace.service_name},
      {"service.version", GOCHAT_VERSION},
      {"service.instance.id", config.server.instance},
      {"deployment.environment.name", config.server.environment},
      {"gochat.roles", config.server.roles.empty()
                           ? "all"
                           : fmt::format("{}", fmt::join(config.server.roles, ","))}};
  return options;
}

}  // namespace

std::unique_ptr<Tracing> Tracing::begin(const config::Config& config, Loop& loop,
                                        const memory::SystemClock& clock, Random& random) {
  if (config.trace.endpoint.empty()) return nullptr;
  return std::make_unique<Tracing>(config, loop, clock, random);
}

Tracing::Tracing(const config::Config& config, Loop& loop, const memory::SystemClock& clock,
                 Random& random)
    : recorder_{{.ratio = config.trace.sample_ratio,
                 .spans_max = config.trace.spans_max,
                 .seed = random.number(),
                 .now_ns = [&clock] { return clock.now_ns(); }}},
      exporter_{loop.executor(), loop.timers(), [&random] { return random.number(); }, recorder_,
                exporter_options(config)} {
  trace::record_with(&recorder_);
  exporter_.start();
  log::info("traces are exported", {{log::Field::address, config.trace.endpoint}});
}

void Tracing::apply(const config::Config& in_force) {
  recorder_.set_ratio(in_force.trace.sample_ratio);
}

}  // namespace gochat::app

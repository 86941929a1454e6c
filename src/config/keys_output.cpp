// What a process tells of itself, and how it ends.
#include "config/key_rows.hpp"

namespace gochat::config {
namespace {

constexpr Key table[] = {
    {"log.level",
     at<&C::log, &C::Log::level>,
     one_of("debug|info|warn|error"),
     "The least severe lines that are written.",
     {.flag = "--log-level", .applied = Applied::at_run_time}},
    {"log.format", at<&C::log, &C::Log::format>, one_of("auto|json|text"),
     "json lines, text for people, or auto: text on a terminal and json elsewhere.", own},
    {"log.file", at<&C::log, &C::Log::file>, file, "A file instead of standard output.", own},
    {"log.file_bytes", at<&C::log, &C::Log::file_bytes>, between(65'536, 16'384 * mebi),
     "Size at which the file is put aside and a new one begun.", own},
    {"log.files", at<&C::log, &C::Log::files>, between(1, 1000),
     "Files that are kept, the current one included.", own},

    {"trace.endpoint",
     at<&C::trace, &C::Trace::endpoint>,
     text,
     "An OpenTelemetry collector that takes OTLP over gRPC, such as http://127.0.0.1:4317; empty: "
     "no traces.",
     {.foreign_variable = "OTEL_EXPORTER_OTLP_ENDPOINT"}},
    {"trace.sample_ratio",
     at<&C::trace, &C::Trace::sample_ratio>,
     between(0, 1),
     "Of the traces that begin here, how many are recorded.",
     {.applied = Applied::at_run_time, .foreign_variable = "OTEL_TRACES_SAMPLER_ARG"}},
    {"trace.service_name",
     at<&C::trace, &C::Trace::service_name>,
     text,
     "What the traces call this service.",
     {.foreign_variable = "OTEL_SERVICE_NAME"}},
    {"trace.spans_max", at<&C::trace, &C::Trace::spans_max>, between(1, 1e6),
     "Spans that wait for the collector; further ones are dropped and counted."},

    {"drain.wait_ms", at<&C::drain, &C::Drain::wait_ms>, between(0, 600'000),
     "Between not being ready and closing, so that balancers see it; still serving.", at_run_time},
    {"drain.window_ms", at<&C::drain, &C::Drain::window_ms>, between(0, 600'000),
     "Over which the closes of all sockets are spread.", at_run_time},
};

}  // namespace

std::span<const Key> keys_of_output() { return table; }

}  // namespace gochat::config

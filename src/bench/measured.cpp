#include "bench/measured.hpp"

#include <fmt/format.h>

namespace gochat::bench {

void Measured::print(std::string_view unit, double units) const {
  const double written = static_cast<double>(after_.written_bytes - before_.written_bytes);
  const double switches =
      static_cast<double>(after_.voluntary_switches - before_.voluntary_switches);
  fmt::print(
      "{:<12} {:>10.0f}/s  server {:>7.2f} us CPU, {:>7.0f} bytes written, {:>6.3f} switches per "
      "{}; "
      "server {:.0f} % of a core, generator {:.0f} %\n",
      unit, units / seconds_, cpu_seconds() / units * 1e6, written / units, switches / units, unit,
      cpu_seconds() / seconds_ * 100, (own_after_ - own_before_) / seconds_ * 100);
}

void print_latency(std::string_view what, const Histogram& histogram) {
  fmt::print(
      "{:<12} p50 {:.3f}  p90 {:.3f}  p99 {:.3f}  p99.9 {:.3f}  max {:.3f} ms  ({} samples)\n",
      what, histogram.ms(0.5), histogram.ms(0.9), histogram.ms(0.99), histogram.ms(0.999),
      histogram.max_ms(), histogram.count());
}

}  // namespace gochat::bench

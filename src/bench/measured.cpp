#include "bench/measured.hpp"

#include <fmt/format.h>

#include "base/assert.hpp"

namespace gochat::bench {

Task<Result<void>> Measured::begin() {
  auto parts = co_await subject_.read();
  if (!parts) co_return parts.error();
  before_ = std::move(*parts);
  own_before_ = own_cpu_seconds();
  co_return Result<void>{};
}

Task<Result<void>> Measured::end(double seconds) {
  own_after_ = own_cpu_seconds();
  seconds_ = seconds;
  auto parts = co_await subject_.read();
  if (!parts) co_return parts.error();
  after_ = std::move(*parts);
  GOCHAT_ASSERT(after_.size() == before_.size());
  co_return Result<void>{};
}

void Measured::print(std::string_view unit, double units) const {
  const double own = (own_after_ - own_before_) / seconds_ * 100;
  if (after_.size() != 1) {
    fmt::print("{:<12} {:>10.0f}/s  generator {:.0f} % of a core, {:.2f} us CPU per {}\n", unit,
               units / seconds_, own, (own_after_ - own_before_) / units * 1e6, unit);
    return print_parts(unit, units);
  }
  const Usage& before = before_.front().usage;
  const Usage& after = after_.front().usage;
  const double cpu = after.cpu_seconds - before.cpu_seconds;
  const auto written = static_cast<double>(after.written_bytes - before.written_bytes);
  const auto switches = static_cast<double>(after.voluntary_switches - before.voluntary_switches);
  fmt::print(
      "{:<12} {:>10.0f}/s  server {:>7.2f} us CPU, {:>7.0f} bytes written, {:>6.3f} switches per "
      "{}; "
      "server {:.0f} % of a core, generator {:.0f} %\n",
      unit, units / seconds_, cpu / units * 1e6, written / units, switches / units, unit,
      cpu / seconds_ * 100, own);
}

void Measured::print_parts(std::string_view unit, double units) const {
  if (after_.empty()) return;
  fmt::print("  per {:<13} {:>9}", unit, "us CPU");
  for (const Operation& operation : operations) fmt::print(" {:>9}", operation.name);
  fmt::print(" {:>9} {:>8}\n", "% a core", "RSS MB");
  Part all;
  const auto line = [&](const std::string& name, const Part& spent, std::uint64_t rss) {
    fmt::print("  {:<17} {:>9.1f}", name, spent.usage.cpu_seconds / units * 1e6);
    for (const double count : spent.done) {
      if (spent.counts_operations) {
        fmt::print(" {:>9.3f}", count / units);
      } else {
        fmt::print(" {:>9}", "");
      }
    }
    fmt::print(" {:>9.0f} {:>8.0f}\n", spent.usage.cpu_seconds / seconds_ * 100,
               static_cast<double>(rss) / 1e6);
  };
  for (std::size_t n = 0; n < after_.size(); ++n) {
    Part spent = after_[n];
    spent.usage.cpu_seconds -= before_[n].usage.cpu_seconds;
    for (std::size_t i = 0; i < operations.size(); ++i) spent.done[i] -= before_[n].done[i];
    line(fmt::format("{} ({})", spent.name, spent.processes), spent, spent.usage.rss_bytes);
    if (!spent.counts_operations) continue;
    all.counts_operations = true;
    all.usage.cpu_seconds += spent.usage.cpu_seconds;
    all.usage.rss_bytes += spent.usage.rss_bytes;
    for (std::size_t i = 0; i < operations.size(); ++i) all.done[i] += spent.done[i];
  }
  if (all.counts_operations) line("all of GoChat", all, all.usage.rss_bytes);
}

void print_latency(std::string_view what, const Histogram& histogram) {
  if (histogram.count() == 0) return;
  fmt::print(
      "{:<12} p50 {:.3f}  p90 {:.3f}  p99 {:.3f}  p99.9 {:.3f}  max {:.3f} ms  ({} samples)\n",
      what, histogram.ms(0.5), histogram.ms(0.9), histogram.ms(0.99), histogram.ms(0.999),
      histogram.max_ms(), histogram.count());
}

}  // namespace gochat::bench

#include "base/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/assert.hpp"

namespace gochat::metrics {
namespace {

// A backslash and a line end would break the line, a quote the value.
std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (quotes && c == '"')) out += '\\';
    out += c;
  }
  return out;
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string braced(const Labels& labels) {
  if (labels.empty()) return {};
  std::string out = "{";
  for (const auto& [label, value] : labels) {
    if (out.size() > 1) out += ',';
    out += label + "=\"" + escaped(value, true) + '"';
  }
  return out + '}';
}

Labels zipped(const std::vector<std::string>& labels, const std::vector<std::string>& values) {
  GOCHAT_ASSERT(labels.size() == values.size());
  Labels out;
  for (std::size_t n = 0; n < labels.size(); ++n) out.emplace_back(labels[n], values[n]);
  return out;
}

void append_line(std::string& out, std::string_view name, std::string_view braces, double value) {
  fmt::format_to(std::back_inserter(out), "{}{} {}\n", name, braces, value);
}
void append_line(std::string& out, std::string_view name, std::string_view braces,
                 std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "{}{} {}\n", name, braces, value);
}

double in_unit(const Histogram& histogram, std::uint64_t value) {
  const auto number = static_cast<double>(value);
  return histogram.unit() == Histogram::Unit::seconds ? number / 1e9 : number;
}

void append_histogram(std::string& out, std::string_view name, const Labels& labels,
                      const Histogram& histogram) {
  const std::string bucket = std::string{name} + "_bucket";
  std::uint64_t below = 0;
  for (std::size_t n = 0; n <= histogram.bounds().size(); ++n) {
    below += histogram.bucket(n);
    const bool last = n == histogram.bounds().size();
    Labels with_bound = labels;
    with_bound.emplace_back(
        "le", last ? "+Inf" : fmt::format("{}", in_unit(histogram, histogram.bounds()[n])));
    append_line(out, bucket, braced(with_bound), below);
  }
  append_line(out, std::string{name} + "_sum", braced(labels), in_unit(histogram, histogram.sum()));
  append_line(out, std::string{name} + "_count", braced(labels), below);
}

}  // namespace

Histogram::Histogram(Unit unit, std::span<const std::uint64_t> bounds)
    : unit_{unit}, bounds_{bounds} {
  GOCHAT_ASSERT(bounds_.size() <= bounds_max && std::ranges::is_sorted(bounds_));
}

void Histogram::observe(std::uint64_t value) {
  const auto at = std::ranges::lower_bound(bounds_, value);
  buckets_[static_cast<std::size_t>(at - bounds_.begin())].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

void Registry::add(const Name& name, std::string_view type, Series series) {
  GOCHAT_ASSERT(is_name(name.name) && !name.help.empty());
  auto known = std::ranges::find(metrics_, name.name, &Metric::name);
  if (known == metrics_.end()) {
    metrics_.push_back({std::string{name.name}, std::string{name.help}, type, {}});
    known = std::prev(metrics_.end());
  }
  GOCHAT_ASSERT(known->help == name.help && known->type == type);
  known->series.push_back(std::move(series));
}

void Registry::counter(Name name, const Counter& counter) {
  add(name, "counter",
      [&counter, braces = braced(name.labels)](std::string& out, std::string_view as) {
        append_line(out, as, braces, counter.value());
      });
}

void Registry::counter(Name name, std::function<double()> read) {
  add(name, "counter",
      [read = std::move(read), braces = braced(name.labels)](
          std::string& out, std::string_view as) { append_line(out, as, braces, read()); });
}

void Registry::counter(Name name, const Family<Counter>& family) {
  add(name, "counter", [&family, labels = name.labels](std::string& out, std::string_view as) {
    family.each([&](const auto& values, const Counter& cell) {
      Labels all = labels;
      std::ranges::copy(zipped(family.labels(), values), std::back_inserter(all));
      append_line(out, as, braced(all), cell.value());
    });
  });
}

void Registry::gauge(Name name, std::function<double()> read) {
  add(name, "gauge",
      [read = std::move(read), braces = braced(name.labels)](
          std::string& out, std::string_view as) { append_line(out, as, braces, read()); });
}

void Registry::histogram(Name name, const Histogram& histogram) {
  add(name, "histogram", [&histogram, labels = name.labels](std::string& out, std::string_view as) {
    append_histogram(out, as, labels, histogram);
  });
}

void Registry::histogram(Name name, const Family<WaitHistogram>& family) {
  add(name, "histogram", [&family, labels = name.labels](std::string& out, std::string_view as) {
    family.each([&](const auto& values, const Histogram& cell) {
      Labels all = labels;
      std::ranges::copy(zipped(family.labels(), values), std::back_inserter(all));
      append_histogram(out, as, all, cell);
    });
  });
}

std::string Registry::text() const {
  std::string out;
  for (const Metric& metric : metrics_) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", metric.name,
                   escaped(metric.help, false), metric.name, metric.type);
    for (const Series& series : metric.series) series(out, metric.name);
  }
  return out;
}

}  // namespace gochat::metrics

#include "bench/running_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gochat::bench {
namespace {

constexpr Duration answer_time_max = std::chrono::seconds{10};

std::vector<std::string_view> parts_of(std::string_view list) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (end > 0) parts.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return parts;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Door> door_of(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  const auto colon = url.rfind(':');
  if (url.starts_with(scheme) && colon > scheme.size() && colon != url.npos) {
    if (const auto port = number_in<std::uint16_t>(url.substr(colon + 1))) {
      return Door{std::string{url.substr(scheme.size(), colon - scheme.size())}, *port};
    }
  }
  return failed(ErrorCode::invalid_params, fmt::format("`{}` is not http://HOST:PORT", url));
}

Part& part_called(std::vector<Part>& parts, const std::string& name) {
  const auto at = std::ranges::find(parts, name, &Part::name);
  if (at != parts.end()) return *at;
  return parts.emplace_back(Part{.name = name});
}

}  // namespace

double sum_of(std::string_view text, std::string_view metric) {
  double sum = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(metric)) continue;
    line.remove_prefix(metric.size());
    if (!line.starts_with('{') && !line.starts_with(' ')) continue;
    sum += number_in<double>(line.substr(line.rfind(' ') + 1)).value_or(0);
  }
  return sum;
}

Result<std::unique_ptr<RunningCluster>> RunningCluster::of(Loop& loop, std::string_view gateways,
                                                           std::string_view watched) {
  std::unique_ptr<RunningCluster> it{new RunningCluster{loop}};
  for (const auto url : parts_of(gateways)) {
    auto door = door_of(url);
    if (!door) return door.error();
    it->doors_.push_back(std::move(*door));
  }
  if (it->doors_.empty()) return failed(ErrorCode::invalid_params, "no gateway is named");
  for (const auto entry : parts_of(watched)) {
    if (auto done = it->watch(entry); !done) return done.error();
  }
  return it;
}

Result<void> RunningCluster::watch(std::string_view entry) {
  const auto equals = entry.find('=');
  if (equals == entry.npos || equals == 0) {
    return failed(ErrorCode::invalid_params,
                  fmt::format("`{}` is not NAME=URL or NAME=PID", entry));
  }
  Watched one;
  one.name = entry.substr(0, equals);
  const std::string_view place = entry.substr(equals + 1);
  if (const auto pid = number_in<pid_t>(place)) {
    one.pid = *pid;
  } else {
    auto door = door_of(place);
    if (!door) return door.error();
    one.metrics =
        std::make_unique<net::HttpClient>(loop_.context(), loop_.timers(), door->host, door->port);
  }
  watched_.push_back(std::move(one));
  return {};
}

Task<Result<std::vector<Part>>> RunningCluster::read() {
  std::vector<Part> parts;
  for (const Watched& one : watched_) {
    if (auto done = co_await read_one(&one, &part_called(parts, one.name)); !done) {
      co_return done.error();
    }
  }
  co_return parts;
}

Task<Result<void>> RunningCluster::read_one(const Watched* one, Part* into) {
  ++into->processes;
  if (!one->metrics) {
    const Usage usage = usage_of(one->pid);
    into->usage.cpu_seconds += usage.cpu_seconds;
    into->usage.rss_bytes += usage.rss_bytes;
    into->usage.written_bytes += usage.written_bytes;
    into->usage.voluntary_switches += usage.voluntary_switches;
    co_return Result<void>{};
  }
  auto reply = co_await one->metrics->request({.target = "/metrics"},
                                              loop_.timers().now() + answer_time_max);
  if (!reply) co_return reply.error();
  if (reply->status != 200) {
    co_return failed(ErrorCode::unavailable,
                     fmt::format("the metrics of {}: {}", one->name, reply->status));
  }
  into->counts_operations = true;
  into->usage.cpu_seconds += sum_of(reply->body, "process_cpu_seconds_total");
  into->usage.rss_bytes +=
      static_cast<std::uint64_t>(sum_of(reply->body, "process_resident_memory_bytes"));
  for (std::size_t n = 0; n < operations.size(); ++n) {
    into->done[n] += sum_of(reply->body, operations[n].metric);
  }
  co_return Result<void>{};
}

}  // namespace gochat::bench

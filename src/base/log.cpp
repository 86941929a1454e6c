#include "base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>

#include "base/mutex.hpp"

namespace gochat::log {
namespace {

constexpr std::array<std::string_view, 29> field_names{
    "component", "trace_id", "request_id", "user_id",      "conversation_id", "connection_id",
    "session_id", "seq",     "code",       "route",        "method",          "status",
    "bytes",      "count",   "ms",         "reason",       "path",            "pid",
    "url",        "internalUrl", "port",   "version",      "topic",           "partition",
    "offset",     "instance", "key",       "errno",        "limit"};
constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warn", "error"};

struct State {
  std::atomic<Level> level{Level::info};
  Mutex mutex;
  std::string identity GOCHAT_GUARDED_BY(mutex);
  std::function<void(std::string_view)> sink GOCHAT_GUARDED_BY(mutex);
};

State& state() {
  static State it;
  return it;
}

void append_text(fmt::memory_buffer& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace

void set_level(Level level) { state().level = level; }
Level level() { return state().level; }

void set_service(std::string service, std::string instance, std::string version) {
  fmt::memory_buffer out;
  fmt::format_to(std::back_inserter(out), ",\"service\":");
  append_text(out, service);
  fmt::format_to(std::back_inserter(out), ",\"instance\":");
  append_text(out, instance);
  fmt::format_to(std::back_inserter(out), ",\"version\":");
  append_text(out, version);
  MutexLock lock{state().mutex};
  state().identity = fmt::to_string(out);
}

void set_sink(std::function<void(std::string_view)> sink) {
  MutexLock lock{state().mutex};
  state().sink = std::move(sink);
}

void write(Level level, std::string_view msg, std::initializer_list<Pair> fields) {
  if (level < state().level.load(std::memory_order_relaxed)) return;
  using namespace std::chrono;
  const auto now = time_point_cast<milliseconds>(system_clock::now());
  const auto ms = now.time_since_epoch().count() % 1000;
  fmt::memory_buffer out;
  fmt::format_to(std::back_inserter(out), "{{\"ts\":\"{:%Y-%m-%dT%H:%M:%S}.{:03}Z\",\"level\":\"{}\",\"msg\":",
                 fmt::gmtime(system_clock::to_time_t(now)), ms, level_names[static_cast<std::size_t>(level)]);
  append_text(out, msg);
  for (const Pair& pair : fields) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":", field_names[static_cast<std::size_t>(pair.field)]);
    if (const auto* number = std::get_if<std::int64_t>(&pair.value)) {
      fmt::format_to(std::back_inserter(out), "{}", *number);
    } else {
      append_text(out, std::get<std::string_view>(pair.value));
    }
  }
  MutexLock lock{state().mutex};
  out.append(state().identity);
  out.push_back('}');
  out.push_back('\n');
  const std::string_view line{out.data(), out.size()};
  if (state().sink) {
    state().sink(line);
  } else {
    std::size_t done = 0;
    while (done < line.size()) {
      const auto n = ::write(STDOUT_FILENO, line.data() + done, line.size() - done);
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
  }
}

}  // namespace gochat::log

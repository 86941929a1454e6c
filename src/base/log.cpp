#include "base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <iterator>

#include "base/mutex.hpp"
#include "base/trace_context.hpp"
#include "base/utf8.hpp"

namespace gochat::log {
namespace {

constexpr std::array<std::string_view, 39> field_names{
    "component",     "trace_id",   "request_id", "user_id",   "conversation_id",
    "connection_id", "session_id", "seq",        "code",      "route",
    "method",        "status",     "bytes",      "count",     "ms",
    "reason",        "path",       "pid",        "url",       "internalUrl",
    "port",          "version",    "topic",      "partition", "offset",
    "instance",      "key",        "errno",      "limit",     "message_id",
    "address",       "close_code", "verb",       "level",     "lane",
    "days",          "source",     "sql",        "rows"};
static_assert(field_names.size() == static_cast<std::size_t>(Field::rows) + 1);
constexpr std::array<std::string_view, level_count> level_names{"debug", "info", "warn", "error"};

struct State {
  std::atomic<Level> level{Level::info};
  std::atomic<Format> format{Format::json};
  std::array<std::atomic<std::uint64_t>, level_count> lines{};
  Mutex mutex;
  std::string identity GOCHAT_GUARDED_BY(mutex);
  std::function<void(std::string_view)> sink GOCHAT_GUARDED_BY(mutex);
};

State& state() {
  static State it;
  return it;
}

// A JSON string whatever the bytes are: control characters, which could forge lines or drive a
// terminal, are escaped, and what is not UTF-8 becomes the replacement character.
void append_text(fmt::memory_buffer& out, std::string_view text) {
  const bool cut = text.size() > text_bytes_max;
  if (cut) text = text.substr(0, text_bytes_max);
  out.push_back('"');
  while (!text.empty()) {
    const auto bytes = first_code_point_bytes(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (bytes == 0) {
      out.append(std::string_view{"\\ufffd"});
    } else if (first == '"' || first == '\\') {
      out.push_back('\\');
      out.push_back(text.front());
    } else if (first < 0x20 || first == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", first);
    } else if (first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(text[1]));
    } else {
      out.append(text.substr(0, bytes));
    }
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  if (cut) out.append(std::string_view{"..."});
  out.push_back('"');
}

// A text that needs no quotes to be read as one value.
bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= text_bytes_max && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '\\';
  });
}

// A text that there is none of; so a caller need not build its list by cases.
bool is_absent(const Pair& pair) {
  const auto* text = std::get_if<std::string_view>(&pair.value);
  return text && text->empty();
}

struct Moment {
  std::tm seconds;
  std::int64_t ms;
};
Moment now() {
  using namespace std::chrono;
  const auto time = time_point_cast<milliseconds>(system_clock::now());
  return {fmt::gmtime(system_clock::to_time_t(time)), time.time_since_epoch().count() % 1000};
}

void append_json(fmt::memory_buffer& out, const Pair& pair) {
  fmt::format_to(std::back_inserter(out),
                 ",\"{}\":", field_names[static_cast<std::size_t>(pair.field)]);
  if (const auto* number = std::get_if<std::int64_t>(&pair.value)) {
    fmt::format_to(std::back_inserter(out), "{}", *number);
  } else {
    append_text(out, std::get<std::string_view>(pair.value));
  }
}

void append_plain(fmt::memory_buffer& out, const Pair& pair) {
  fmt::format_to(std::back_inserter(out),
                 "  {}=", field_names[static_cast<std::size_t>(pair.field)]);
  if (const auto* number = std::get_if<std::int64_t>(&pair.value)) {
    fmt::format_to(std::back_inserter(out), "{}", *number);
    return;
  }
  const auto text = std::get<std::string_view>(pair.value);
  if (is_plain(text)) {
    out.append(text);
  } else {
    append_text(out, text);
  }
}

// Of the running code, where the line does not name one itself.
std::string own_trace(std::initializer_list<Pair> fields) {
  const trace::Context& now = trace::current();
  const auto names = [](const Pair& pair) {
    return pair.field == Field::trace_id && !is_absent(pair);
  };
  return !now || std::ranges::any_of(fields, names) ? std::string{} : now.id.text();
}

void append_json(fmt::memory_buffer& out, Level level, std::string_view msg,
                 std::initializer_list<Pair> fields) {
  const Moment at = now();
  fmt::format_to(std::back_inserter(out),
                 "{{\"ts\":\"{:%Y-%m-%dT%H:%M:%S}.{:03}Z\",\"level\":\"{}\",\"msg\":", at.seconds,
                 at.ms, name_of(level));
  append_text(out, msg);
  for (const Pair& pair : fields) {
    if (!is_absent(pair)) append_json(out, pair);
  }
}

void append_plain(fmt::memory_buffer& out, Level level, std::string_view msg,
                  std::initializer_list<Pair> fields) {
  const Moment at = now();
  fmt::format_to(std::back_inserter(out), "{:%H:%M:%S}.{:03} {:5} ", at.seconds, at.ms,
                 name_of(level));
  out.append(msg);
  for (const Pair& pair : fields) {
    if (!is_absent(pair)) append_plain(out, pair);
  }
}

void write_all(std::string_view line) {
  while (!line.empty()) {
    const auto written = ::write(STDOUT_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // there is no one left to tell
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string_view name_of(Level level) { return level_names[static_cast<std::size_t>(level)]; }

std::optional<Level> level_of(std::string_view name) {
  const auto at = std::ranges::find(level_names, name);
  if (at == level_names.end()) return std::nullopt;
  return static_cast<Level>(at - level_names.begin());
}

void set_level(Level level) { state().level = level; }
Level level() { return state().level.load(std::memory_order_relaxed); }
void set_format(Format format) { state().format = format; }
std::uint64_t lines_written(Level level) {
  return state().lines[static_cast<std::size_t>(level)].load(std::memory_order_relaxed);
}

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

std::string line_of(Level level, std::string_view msg, std::initializer_list<Pair> fields) {
  const bool json = state().format.load(std::memory_order_relaxed) == Format::json;
  const std::string trace = own_trace(fields);
  fmt::memory_buffer out;
  if (json) {
    append_json(out, level, msg, fields);
    if (!trace.empty()) append_json(out, {Field::trace_id, trace});
    // A person at a terminal knows which process they started.
    MutexLock lock{state().mutex};
    out.append(state().identity);
    out.push_back('}');
  } else {
    append_plain(out, level, msg, fields);
    if (!trace.empty()) append_plain(out, {Field::trace_id, trace});
  }
  out.push_back('\n');
  return fmt::to_string(out);
}

void write(Level level, std::string_view msg, std::initializer_list<Pair> fields) {
  if (!enabled(level)) return;
  state().lines[static_cast<std::size_t>(level)].fetch_add(1, std::memory_order_relaxed);
  const std::string line = line_of(level, msg, fields);
  MutexLock lock{state().mutex};
  if (state().sink) {
    state().sink(line);
  } else {
    write_all(line);
  }
}

}  // namespace gochat::log

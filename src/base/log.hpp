// One line per event, JSON for machines or text for a terminal. Fields come from a closed list, so
// that no token, password or content can be logged by mistake: a new field is added here, where a
// reviewer sees it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gochat::log {

// Of the message and of each text field; what is longer is cut and ends in "...".
inline constexpr std::size_t text_bytes_max = 1024;

enum class Level : std::uint8_t { debug, info, warn, error };
inline constexpr std::size_t level_count = 4;
std::string_view name_of(Level level);
std::optional<Level> level_of(std::string_view name);

enum class Format : std::uint8_t { json, text };

enum class Field : std::uint8_t {
  component,
  trace_id,
  request_id,
  user_id,
  conversation_id,
  connection_id,
  session_id,
  seq,
  code,
  route,
  method,
  status,
  bytes,
  count,
  ms,
  reason,
  path,
  pid,
  url,
  internal_url,
  port,
  version,
  topic,
  partition,
  offset,
  instance,
  key,
  errno_text,
  limit,
  message_id,
  address,  // of a client, where a refusal is told
  close_code,
  verb,
  level,
  lane,
  days,
  source,  // of what was read: mysql, redis or l1
  sql,     // with placeholders, never with values
  rows,
};

struct Pair {
  Field field;
  std::variant<std::int64_t, std::string_view> value;
};

// Process-wide on purpose: a log line must be possible from anywhere, and carries no behaviour.
// The level may be changed at any time and from any thread; the next line obeys it.
void set_level(Level level);
Level level();
// Ask first where a line's fields cost something to gather.
inline bool enabled(Level at) { return at >= level(); }
void set_format(Format format);
// How many lines of that level have been written.
std::uint64_t lines_written(Level level);
void set_service(std::string service, std::string instance, std::string version);
// Where lines go; stdout unless told. Used by tests and by a LogWriter. Called by one thread at a
// time; a sink does not log.
void set_sink(std::function<void(std::string_view line)> sink);
// Before the process ends in an unusual way: what a LogWriter holds goes out, if somebody reads it
// within this time.
inline constexpr std::chrono::milliseconds flush_wait_max{1'000};
void flush(std::chrono::milliseconds wait_max = flush_wait_max);

// The line of an event, as sinks get it. It carries the trace on whose behalf the code runs, unless
// it names one.
std::string line_of(Level level, std::string_view msg, std::initializer_list<Pair> fields);
void write(Level level, std::string_view msg, std::initializer_list<Pair> fields = {});

inline void debug(std::string_view msg, std::initializer_list<Pair> f = {}) {
  write(Level::debug, msg, f);
}
inline void info(std::string_view msg, std::initializer_list<Pair> f = {}) {
  write(Level::info, msg, f);
}
inline void warn(std::string_view msg, std::initializer_list<Pair> f = {}) {
  write(Level::warn, msg, f);
}
inline void error(std::string_view msg, std::initializer_list<Pair> f = {}) {
  write(Level::error, msg, f);
}

}  // namespace gochat::log

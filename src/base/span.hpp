// Spans: what happened between two moments on behalf of a trace, and how it ended. Attributes come
// from a closed list, so that no token, content or name can be exported by mistake: a new one is
// added here, where a reviewer sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/trace_context.hpp"

namespace gochat::trace {

inline constexpr std::size_t links_max = 32;  // of one span

// Numbered as in OTLP.
enum class Kind : std::uint8_t { internal = 1, server, client, producer, consumer };

enum class Attribute : std::uint8_t {
  http_method,
  http_route,
  http_status,
  rpc_system,
  rpc_service,
  rpc_method,
  messaging_system,
  messaging_destination,
  messaging_partition,
  messaging_offset,
  db_system,
  conversation_id,
  message_id,
  seq,
  duplicate,
  items,
  receivers,
  attempt,
  doubt,
  instance,
  code,
};
// As the semantic conventions name it, or with `gochat.` before it.
std::string_view name_of(Attribute attribute);

using Value = std::variant<std::int64_t, std::string>;

struct SpanRecord {
  Context context;
  std::uint64_t parent = 0;  // 0: it begins the trace
  std::string name;
  Kind kind = Kind::internal;
  std::int64_t start_ns = 0;  // since 1970
  std::int64_t end_ns = 0;
  std::vector<std::pair<Attribute, Value>> attributes;
  std::vector<Context> links;
  std::optional<ErrorCode> error;
};

// Ends when it is destroyed. One that is not recorded costs nothing and passes its parent on.
class Span {
 public:
  Span() = default;

  // Its own where it is recorded, otherwise its parent's.
  const Context& context() const { return context_; }
  bool recorded() const { return record_ != nullptr; }

  void rename(std::string_view name);
  void set(Attribute attribute, std::int64_t value);
  void set(Attribute attribute, std::string_view value);
  // Another trace's span that the same work was done for.
  void link(const Context& other);
  // The first one stays.
  void failed(ErrorCode code);
  // How a call ended: a refusal is an answer, and what could not be done is an error.
  void answered(ErrorCode code);
  void end() { record_.reset(); }

 private:
  friend Span start(std::string_view name, Kind kind, const Context& parent);
  struct Ends {
    void operator()(SpanRecord* record) const;
  };
  explicit Span(const Context& parent) : context_{parent} {}

  Context context_{};
  std::unique_ptr<SpanRecord, Ends> record_;
};

// Recorded when its parent is sampled and somebody records.
Span start(std::string_view name, Kind kind, const Context& parent);
// Below what runs.
inline Span start(std::string_view name, Kind kind = Kind::internal) {
  return start(name, kind, current());
}

}  // namespace gochat::trace

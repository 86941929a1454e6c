// One id for everything that a request or a frame causes, in W3C trace context form where it
// leaves the process: an HTTP client may bring one, records carry it, and log lines show it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gochat {

class TraceId {
 public:
  TraceId() = default;
  TraceId(std::uint64_t high, std::uint64_t low) : high_{high}, low_{low} {}

  // "00-<32 hex>-<16 hex>-<2 hex>"; anything else, and the id of zeros, is no trace.
  static std::optional<TraceId> of_traceparent(std::string_view text);

  // 32 lower-case hex digits.
  std::string text() const;
  std::string traceparent() const;

  explicit operator bool() const { return (high_ | low_) != 0; }
  bool operator==(const TraceId&) const = default;

 private:
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

// A stream of ids that differ from each other and, by their seed, from those of other processes.
// They are names, not secrets.
class TraceIds {
 public:
  TraceIds(std::uint64_t high_seed, std::uint64_t low_seed) : high_{high_seed}, low_{low_seed} {}
  TraceId next();

 private:
  std::uint64_t high_;
  std::uint64_t low_;
};

}  // namespace gochat

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
  constexpr TraceId(std::uint64_t high, std::uint64_t low) : high_{high}, low_{low} {}

  // "00-<32 hex>-<16 hex>-<2 hex>"; anything else, and the id of zeros, is no trace.
  static std::optional<TraceId> of_traceparent(std::string_view text);

  // 32 lower-case hex digits.
  std::string text() const;

  std::uint64_t high() const { return high_; }
  std::uint64_t low() const { return low_; }
  explicit operator bool() const { return (high_ | low_) != 0; }
  bool operator==(const TraceId&) const = default;

 private:
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

// What a traceparent says: the trace, the span that caused what follows, and whether it is
// recorded.
struct Traceparent {
  TraceId id;
  std::uint64_t span = 0;
  bool sampled = false;

  static std::optional<Traceparent> read(std::string_view text);
  // False where `read` gives nothing that is sampled; at the cost of one character.
  static bool may_be_sampled(std::string_view text);
  std::string text() const;
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

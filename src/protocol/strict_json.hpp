// JSON as this server takes it, over simdjson. Private to this room: no header of other rooms may
// come to include it.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gochat::protocol::strict {

using simdjson::dom::element;
using simdjson::dom::object;

inline constexpr std::size_t depth_max = 32;

// Refuses what a lenient reader lets through: deeper than depth_max, a member named twice (readers
// disagree about which one counts), escapes that make no UTF-8, NaN, trailing bytes. The element
// lives in `document`, or in the thread's own until this thread parses again.
Result<element> parse(std::string_view json, simdjson::dom::document& document);
Result<element> parse(std::string_view json);

// The value as one type, or INVALID_PARAMS naming the member.
Result<std::string_view> as_text(const element& value, std::string_view name);
Result<std::int64_t> as_integer(const element& value, std::string_view name);
Result<bool> as_boolean(const element& value, std::string_view name);
// An id is a decimal string above 0: as a number it would lose digits in many clients.
Result<std::int64_t> as_id(const element& value, std::string_view name);

// Whether two spellings of one member say the same.
bool agree(const element& a, const element& b);
Error disagreement(std::string_view name, std::string_view other);

// One spelling of a member. The first spelling of a slot is the one that errors name.
struct Spelling {
  std::string_view name;
  std::uint8_t slot;
};

// The members of one object by slot, in one pass over it. The first thing that is wrong is kept,
// and everything read after it is absent: read all, then look at `error` once.
class Members {
 public:
  static constexpr std::size_t slots_max = 8;

  Members(std::optional<object> from, std::span<const Spelling> spellings);

  bool has(std::uint8_t slot) const { return values_[slot].has_value(); }
  std::optional<element> value(std::uint8_t slot) const { return values_[slot]; }
  std::string_view text(std::uint8_t slot);
  std::int64_t id(std::uint8_t slot);
  std::optional<bool> boolean(std::uint8_t slot);
  // A whole number of 0 and above.
  std::optional<std::uint64_t> count(std::uint8_t slot);

  std::string_view name(std::uint8_t slot) const;
  void need(std::uint8_t slot);
  void fail(Error error);
  std::optional<Error>& error() { return error_; }

 private:
  template <class Read>
  auto read(std::uint8_t slot, Read reader)
      -> std::optional<typename decltype(reader(std::declval<const element&>(),
                                                std::string_view{}))::value_type>;

  std::span<const Spelling> spellings_;
  std::array<std::optional<element>, slots_max> values_;
  std::optional<Error> error_;
};

}  // namespace gochat::protocol::strict

// Numbers that must not be mixed up. Each id is its own type; arithmetic is left to the few that
// count.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace gochat {

template <class Tag, class Number = std::int64_t>
class StrongId {
 public:
  using number_type = Number;

  constexpr StrongId() = default;
  constexpr explicit StrongId(Number number) : number_{number} {}

  constexpr Number number() const { return number_; }
  constexpr explicit operator bool() const { return number_ != 0; }
  constexpr auto operator<=>(const StrongId&) const = default;

  std::string text() const { return std::to_string(number_); }

 private:
  Number number_ = 0;
};

}  // namespace gochat

template <class Tag, class Number>
struct std::hash<gochat::StrongId<Tag, Number>> {
  std::size_t operator()(gochat::StrongId<Tag, Number> id) const noexcept {
    // Ids are Snowflakes or small counters; the multiply spreads both over the buckets.
    return static_cast<std::size_t>(static_cast<std::uint64_t>(id.number()) *
                                    0x9e3779b97f4a7c15ULL);
  }
};

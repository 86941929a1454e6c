#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace gochat::bench {

// Log buckets with 128 steps per power of two: under 1 % error over the whole range, nanoseconds to
// hours.
class Histogram {
 public:
  void add(std::int64_t ns) {
    const auto value = static_cast<std::uint64_t>(ns < 0 ? 0 : ns);
    ++buckets_[index(value)];
    ++count_;
    if (value > max_) max_ = value;
  }
  std::uint64_t count() const { return count_; }
  double max_ms() const { return static_cast<double>(max_) / 1e6; }
  // The smallest value that `share` of all are at or below.
  double ms(double share) const {
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    std::uint64_t seen = 0;
    for (std::size_t n = 0; n < buckets_.size(); ++n) {
      seen += buckets_[n];
      if (seen > wanted) return static_cast<double>(lower(n)) / 1e6;
    }
    return max_ms();
  }

 private:
  static constexpr unsigned step_bits = 7;
  static constexpr std::size_t steps = std::size_t{1} << step_bits;

  static std::size_t index(std::uint64_t value) {
    if (value < steps) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - step_bits - 1;
    return (shift + 1) * steps + ((value >> shift) - steps);
  }
  static std::uint64_t lower(std::size_t n) {
    if (n < steps) return n;
    const std::size_t shift = n / steps - 1;
    return (n % steps + steps) << shift;
  }

  std::array<std::uint64_t, steps * 58> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace gochat::bench

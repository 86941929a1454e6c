// Slows down whoever guesses, without locking anybody out for good.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "async/timer.hpp"
#include "base/bounded_map.hpp"
#include "base/result.hpp"

namespace gochat {

// After the free tries every failure doubles the wait before the next try, up to a limit; a quiet
// while forgives all.
struct TryPolicy {
  static constexpr std::uint32_t doublings_max = 16;  // keeps the shift small; delay_max is lower

  std::uint32_t free = 5;
  Duration delay_max = std::chrono::seconds{60};
  Duration forgiven_after = std::chrono::minutes{15};

  Duration delay(std::uint32_t failed) const {
    if (failed < free) return Duration::zero();
    const auto doublings = std::min(failed - free, doublings_max);
    return std::min<Duration>(std::chrono::seconds{1} * (1LL << doublings), delay_max);
  }
};

inline Error too_many_tries(Duration wait) {
  Error refusal = refused(ErrorCode::rate_limited, "too many failed tries");
  refusal.retry_after_ms =
      static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::milliseconds>(wait).count());
  return refusal;
}

// The tries of those who tried lately. Lives on one loop.
class KeyedTries {
 public:
  explicit KeyedTries(std::size_t keys_max) : tries_{keys_max} {}

  // Refused `rate_limited` with the time to wait, or counted as failed.
  Result<void> admit(const std::string& key, const TryPolicy& policy, MonoTime now) {
    Tries tries;
    if (const Tries* known = tries_.find(key); known && now - known->last < policy.forgiven_after) {
      tries = *known;
    }
    const auto free_at = tries.last + policy.delay(tries.failed);
    if (tries.failed != 0 && now < free_at) {
      return too_many_tries(free_at - now);
    }
    tries_.put(key, {tries.failed + 1, now});
    return {};
  }

  void take_back(const std::string& key) {
    if (Tries* tries = tries_.find(key); tries && tries->failed != 0) --tries->failed;
  }

  void forgive(const std::string& key) { tries_.erase(key); }

 private:
  struct Tries {
    std::uint32_t failed = 0;
    MonoTime last;
  };

  BoundedMap<std::string, Tries> tries_;
};

}  // namespace gochat

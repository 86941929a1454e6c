// Slows down whoever guesses passwords, without locking anybody out for good.
#pragma once

#include <string>

#include "async/timer.hpp"
#include "base/bounded_map.hpp"
#include "base/result.hpp"

namespace gochat::logic {

// After the free tries every failure doubles the wait before the next try, up to a limit; a quiet
// while forgives all. A try counts as failed from its start, so that many at once gain nothing.
class FailedLogins {
 public:
  static constexpr std::size_t keys_max = 65'536;
  static constexpr Duration forgiven_after = std::chrono::minutes{15};

  FailedLogins(Timers& timers, std::uint32_t free, Duration delay_max)
      : timers_{timers}, free_{free}, delay_max_{delay_max}, tries_{keys_max} {}

  // Refused `rate_limited` with the time to wait, or counted.
  Result<void> admit(const std::string& key);
  // The try that was admitted turned out to be no guess.
  void take_back(const std::string& key);
  void forgive(const std::string& key) { tries_.erase(key); }

 private:
  struct Tries {
    std::uint32_t failed = 0;
    MonoTime last;
  };
  Duration delay(std::uint32_t failed) const;

  Timers& timers_;
  std::uint32_t free_;
  Duration delay_max_;
  BoundedMap<std::string, Tries> tries_;
};

}  // namespace gochat::logic

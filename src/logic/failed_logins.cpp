#include "logic/failed_logins.hpp"

#include <algorithm>

namespace gochat::logic {

Duration FailedLogins::delay(std::uint32_t failed) const {
  if (failed < free_) return Duration::zero();
  constexpr std::uint32_t doublings_max = 16;  // keeps the shift small; delay_max_ is lower
  const auto doublings = std::min(failed - free_, doublings_max);
  return std::min<Duration>(std::chrono::seconds{1} * (1LL << doublings), delay_max_);
}

Result<void> FailedLogins::admit(const std::string& key) {
  const auto now = timers_.now();
  Tries tries;
  if (const Tries* known = tries_.find(key); known && now - known->last < forgiven_after) {
    tries = *known;
  }
  if (const auto free_at = tries.last + delay(tries.failed); tries.failed != 0 && now < free_at) {
    auto refusal = refused(ErrorCode::rate_limited, "too many failed logins");
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(free_at - now);
    refusal.retry_after_ms = static_cast<std::uint32_t>(wait.count());
    return refusal;
  }
  tries_.put(key, {tries.failed + 1, now});
  return {};
}

void FailedLogins::take_back(const std::string& key) {
  if (Tries* tries = tries_.find(key); tries && tries->failed != 0) --tries->failed;
}

}  // namespace gochat::logic

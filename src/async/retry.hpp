// Trying again without making things worse: the pauses are random up to a bound that doubles, tries
// and time are limited, and all callers of one backend share a budget, so that its failure does not
// multiply its load.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat {

struct RetryPolicy {
  std::uint32_t attempts_max = 4;
  Duration first_delay_max = std::chrono::milliseconds{50};
  Duration delay_max = std::chrono::seconds{2};
};

// Where in [0, 2^64) the dice fell. Injected, so that a simulation repeats itself.
using Dice = std::function<std::uint64_t()>;

// The pause before retry `n`, 1 for the first: anything from nothing to the bound, each as likely.
// Callers that failed together thereby spread over the whole time instead of coming back together.
inline Duration full_jitter(const RetryPolicy& policy, std::uint32_t n, std::uint64_t dice) {
  constexpr std::uint32_t doublings_max = 40;
  const std::uint32_t doublings = std::min(n - 1, doublings_max);
  const auto bound = policy.first_delay_max.count() > policy.delay_max.count() >> doublings
                         ? policy.delay_max.count()
                         : policy.first_delay_max.count() << doublings;
  const auto part = static_cast<unsigned __int128>(dice) * static_cast<std::uint64_t>(bound + 1);
  return Duration{static_cast<Duration::rep>(part >> 64)};
}

// Lives on one loop. Every first attempt earns a part of a retry and every retry spends a whole
// one: when all calls fail, the backend sees 1 + earned_per_call times the load and not
// attempts_max times.
class RetryBudget {
 public:
  explicit RetryBudget(double earned_per_call = 0.1, double saved_max = 10)
      : earned_per_call_{earned_per_call}, saved_max_{saved_max}, saved_{saved_max} {}

  void called() { saved_ = std::min(saved_max_, saved_ + earned_per_call_); }
  [[nodiscard]] bool spend() {
    if (saved_ < 1) return false;
    saved_ -= 1;
    return true;
  }

 private:
  double earned_per_call_;
  double saved_max_;
  double saved_;
};

class Retry {
 public:
  Retry(Timers& timers, RetryPolicy policy, Dice dice, RetryBudget& budget)
      : timers_{timers}, policy_{policy}, dice_{std::move(dice)}, budget_{budget} {}

  // Calls `attempt(deadline)`, which returns a Task<Result<T>>, until it succeeds, fails with what
  // no retry mends, or tries, budget or time are used up; then the last error is the answer. An
  // error that names its own time to come back is not asked again earlier.
  template <class Attempt>
  auto run(Deadline deadline, Attempt attempt)
      -> Task<typename std::invoke_result_t<Attempt&, Deadline>::value_type> {
    budget_.called();
    for (std::uint32_t tried = 1;; ++tried) {
      auto result = co_await attempt(deadline);
      if (result.ok() || !result.error().retryable()) co_return result;
      if (tried >= policy_.attempts_max) co_return result;
      const auto asked = std::chrono::milliseconds{result.error().retry_after_ms};
      const Duration pause = std::max<Duration>(asked, full_jitter(policy_, tried, dice_()));
      if (pause >= deadline - timers_.now() || !budget_.spend()) co_return result;
      co_await timers_.sleep(pause);
    }
  }

 private:
  Timers& timers_;
  RetryPolicy policy_;
  Dice dice_;
  RetryBudget& budget_;
};

}  // namespace gochat

// Stops calling a backend that keeps failing, and finds out with single calls when it is back.
//   closed -> failures_in_a_row_max failures -> open -> open_time -> half open -> one success ->
//   closed
//                                                 ^------------------- one failure ---'
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "async/timer.hpp"
#include "base/assert.hpp"
#include "base/result.hpp"

namespace gochat {

struct BreakerPolicy {
  std::uint32_t failures_in_a_row_max = 5;
  Duration open_time = std::chrono::seconds{5};
  std::uint32_t probes_max = 1;  // at once, while half open
};

// Lives on one loop and outlives its calls. Only what the environment did wrong counts as a
// failure; a refusal of the caller's input is the backend at work, a success.
class Breaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };

  // One admitted call. It ends in exactly one verdict; dropped without one, as when its task was
  // cancelled, it says nothing about the backend and only gives its probe back.
  class Call {
   public:
    Call(Call&& other) noexcept
        : breaker_{std::exchange(other.breaker_, nullptr)}, era_{other.era_} {}
    Call& operator=(Call&&) = delete;
    ~Call() {
      if (breaker_ != nullptr) breaker_->leave(era_);
    }
    void succeeded() { end()->succeeded(era_); }
    void failed(MonoTime now) { end()->failed(era_, now); }

   private:
    friend class Breaker;
    Call(Breaker* breaker, std::uint64_t era) : breaker_{breaker}, era_{era} {}
    Breaker* end() {
      GOCHAT_ASSERT(breaker_ != nullptr);
      return std::exchange(breaker_, nullptr);
    }
    Breaker* breaker_;
    std::uint64_t era_;
  };

  explicit Breaker(BreakerPolicy policy = {}) : policy_{policy} {
    GOCHAT_ASSERT(policy.failures_in_a_row_max > 0 && policy.probes_max > 0);
  }

  // `unavailable` with retry_after_ms while open, and while half open with all probes under way.
  Result<Call> enter(MonoTime now) {
    if (state_ == State::open && now >= open_until_) change_to(State::half_open);
    if (state_ == State::open) return refusal(open_until_ - now);
    if (state_ == State::half_open) {
      if (probes_ == policy_.probes_max) return refusal(policy_.open_time);
      ++probes_;
    }
    return Call{this, era_};
  }

  State state(MonoTime now) const {
    return state_ == State::open && now >= open_until_ ? State::half_open : state_;
  }

 private:
  // Each change of state begins an era. What was asked in an earlier one tells of a backend as it
  // was then: a slow success from before must not close the breaker, nor a slow failure open it
  // again.
  void change_to(State state) {
    state_ = state;
    ++era_;
    failures_ = 0;
    probes_ = 0;
  }

  void leave(std::uint64_t era) {
    if (era == era_ && state_ == State::half_open) --probes_;
  }

  void succeeded(std::uint64_t era) {
    if (era != era_) return;
    failures_ = 0;
    if (state_ == State::half_open) change_to(State::closed);
  }

  void failed(std::uint64_t era, MonoTime now) {
    if (era != era_) return;
    if (state_ == State::closed && ++failures_ < policy_.failures_in_a_row_max) return;
    change_to(State::open);
    open_until_ = now + policy_.open_time;
  }

  static Error refusal(Duration wait) {
    Error error{ErrorCode::unavailable, "the circuit breaker of a backend is open", "", 0};
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    error.retry_after_ms = static_cast<std::uint32_t>(ms);
    return error;
  }

  BreakerPolicy policy_;
  State state_ = State::closed;
  std::uint64_t era_ = 0;
  std::uint32_t failures_ = 0;
  std::uint32_t probes_ = 0;
  MonoTime open_until_{};
};

}  // namespace gochat

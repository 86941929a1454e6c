#include "gateway/unanswered.hpp"

#include <utility>

#include "async/executor.hpp"
#include "base/assert.hpp"

namespace gochat::gateway {

void Unanswered::end() {
  waiting_since_.reset();
  one_less();
}

void Unanswered::withdraw() {
  if (count_ == 1) waiting_since_.reset();
  one_less();
}

void Unanswered::one_less() {
  if (count_ > 0 && --count_ == 0) wake(true);
}

bool Unanswered::holds_back(Duration lag_max) {
  const MonoTime now = timers_.now();
  if (lag_max == Duration::zero() || !waiting_since_ || now - *waiting_since_ <= lag_max) {
    doubted_since_.reset();
    return false;
  }
  if (!doubted_since_) doubted_since_ = now;
  if (now - *doubted_since_ < doubted_for) return false;
  if (now < next_through_) return true;
  next_through_ = now + let_through_every;
  return false;
}

void Unanswered::wake(bool none) {
  timer_.cancel();
  if (auto waiting = std::exchange(waiting_, nullptr)) waiting(none);
}

Task<bool> Unanswered::none_left(Duration at_most) {
  if (count_ == 0) co_return true;
  GOCHAT_ASSERT(!waiting_);
  co_return co_await await_callback<bool>([this, at_most](auto done) {
    waiting_ = std::move(done);
    timer_ = timers_.after(at_most, [this] { wake(false); });
  });
}

}  // namespace gochat::gateway

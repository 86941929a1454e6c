#include "gateway/unanswered.hpp"

#include <utility>

#include "async/executor.hpp"
#include "base/assert.hpp"

namespace gochat::gateway {

void Unanswered::end() {
  if (count_ == 0) return;
  last_answer_ = timers_.now();
  if (--count_ == 0) wake(true);
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

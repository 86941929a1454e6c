#include "async/mailbox.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/mutex.hpp"

namespace gochat {

struct Mailbox::State {
  using Calls = std::vector<std::move_only_function<void()>>;

  const std::size_t calls_max;
  Mutex mutex;
  Calls waiting GOCHAT_GUARDED_BY(mutex);
  // Written under the mutex; read without it between two calls.
  std::atomic<bool> closed = false;

  explicit State(std::size_t max) : calls_max{max} {}

  Calls take() {
    MutexLock lock{mutex};
    // Seen empty by the next post, which then wakes the loop again.
    return std::exchange(waiting, {});
  }

  Calls close() {
    MutexLock lock{mutex};
    closed = true;
    return std::exchange(waiting, {});
  }

  void run() {
    // A call may destroy the mailbox; those behind it are then dropped, as those still waiting are.
    for (auto calls = take(); auto& call : calls) {
      if (closed) return;
      call();
    }
  }
};

Mailbox::Mailbox(boost::asio::io_context& loop, std::size_t calls_max)
    : loop_{loop}, state_{std::make_shared<State>(calls_max)} {
  GOCHAT_ASSERT(calls_max > 0);
}

Mailbox::~Mailbox() {
  // Destroyed here and not under the lock: a call may own what posts when it goes.
  const auto dropped = state_->close();
}

Result<void> Mailbox::post(std::move_only_function<void()> call) {
  GOCHAT_ASSERT(call);
  bool wake = false;
  {
    MutexLock lock{state_->mutex};
    if (state_->closed) return failed(ErrorCode::unavailable, "the loop of a mailbox has gone");
    if (state_->waiting.size() >= state_->calls_max) {
      return failed(ErrorCode::overloaded, "the mailbox of a loop is full");
    }
    wake = state_->waiting.empty();
    state_->waiting.push_back(std::move(call));
  }
  if (wake) boost::asio::post(loop_, [state = state_] { state->run(); });
  return {};
}

}  // namespace gochat

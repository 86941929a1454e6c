// Commands that came before it was known where to, and the wish to know it sooner.
#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "adapters/redis/command.hpp"
#include "async/wakeup.hpp"

namespace gochat::redis {

class WaitingRoom {
 public:
  WaitingRoom(Timers& timers, std::size_t waiting_max)
      : timers_{timers}, waiting_max_{waiting_max} {}

  void wait(Request request, const std::string& for_what) {
    if (waiting_.size() >= waiting_max_) return request.done(unknown(for_what));
    if (waiting_.empty()) watch(request.deadline, for_what);
    waiting_.push_back(std::move(request));
  }
  // All of them, in the order in which they came.
  std::deque<Request> leave() {
    timer_.cancel();
    return std::exchange(waiting_, {});
  }
  void refuse(const Error& why) {
    for (Request& request : leave()) request.done(why);
  }
  std::size_t size() const { return waiting_.size(); }

 private:
  static Error unknown(const std::string& what) { return failed(ErrorCode::unavailable, what); }

  // Those that came first leave first, whatever time they had left.
  void watch(MonoTime when, const std::string& for_what) {
    timer_ = timers_.at(when, [this, for_what] {
      const MonoTime now = timers_.now();
      std::deque<Request> late;
      while (!waiting_.empty() && waiting_.front().deadline <= now) {
        late.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
      if (!waiting_.empty()) watch(waiting_.front().deadline, for_what);
      for (Request& request : late) request.done(unknown(for_what));
    });
  }

  Timers& timers_;
  const std::size_t waiting_max_;
  std::deque<Request> waiting_;
  Timer timer_;
};

// Wakes the one coroutine that waits, or the next one to.
class Bell {
 public:
  explicit Bell(Timers& timers) : timers_{timers} {}

  void ring() {
    rung_ = true;
    wakeup_.notify();
  }
  // Until it rings, or so long.
  Task<> wait(Duration at_most) {
    if (!rung_) co_await wakeup_.wait(timers_, at_most);
    rung_ = false;
  }

 private:
  Timers& timers_;
  Wakeup wakeup_;
  bool rung_ = false;
};

}  // namespace gochat::redis

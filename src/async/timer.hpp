// Time for one event loop: what it is now, and being called later. The only place that touches
// Asio's timers, so that a test can put a ManualTimers in and drive the whole system in simulated
// time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "async/task.hpp"

namespace gochat {

using Duration = std::chrono::nanoseconds;
struct MonotonicClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};
// A point in monotonic time; also what a deadline is.
using MonoTime = MonotonicClock::time_point;
using Deadline = MonoTime;

class Timers;

// A pending call; destroying or cancelling it means the call will not happen.
class Timer {
 public:
  Timer() = default;
  Timer(Timer&& other) noexcept;
  Timer& operator=(Timer&& other) noexcept;
  ~Timer() { cancel(); }
  void cancel();
  bool pending() const;

 private:
  friend class Timers;
  struct Entry;
  explicit Timer(std::shared_ptr<Entry> entry) : entry_{std::move(entry)} {}
  std::shared_ptr<Entry> entry_;
};

// All calls are made on the loop's thread. Equal times keep the order in which they were asked for.
class Timers {
 public:
  virtual ~Timers();
  virtual MonoTime now() const = 0;

  Timer at(MonoTime when, std::move_only_function<void()> call);
  Timer after(Duration delay, std::move_only_function<void()> call) {
    return at(now() + delay, std::move(call));
  }
  Task<> sleep_until(MonoTime when);
  Task<> sleep(Duration delay) { return sleep_until(now() + delay); }

 protected:
  Timers();
  // The earliest pending time changed; MonoTime::max() when nothing is pending.
  virtual void next_is(MonoTime when) = 0;
  void run_due(MonoTime now);
  MonoTime earliest();

 private:
  friend class Timer;
  struct Queue;
  std::unique_ptr<Queue> queue_;
};

// Driven by the machine's steady clock.
class SteadyTimers final : public Timers {
 public:
  explicit SteadyTimers(boost::asio::io_context& loop);
  ~SteadyTimers() override;
  MonoTime now() const override;

 private:
  void next_is(MonoTime when) override;
  struct Alarm;
  std::unique_ptr<Alarm> alarm_;
};

// Driven by a test: time stands still until it is advanced.
class ManualTimers final : public Timers {
 public:
  MonoTime now() const override { return now_; }
  // Runs everything due up to `now + by`, each call at its own time.
  void advance(Duration by);
  // Jumps to the next pending call and runs it; false when nothing is pending.
  bool advance_to_next();

 private:
  void next_is(MonoTime) override {}
  MonoTime now_{std::chrono::hours{1}};
};

}  // namespace gochat

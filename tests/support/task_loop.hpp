// One loop on one thread, and tasks run on it to their results from ordinary test code.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "async/task.hpp"
#include "async/timer.hpp"

namespace gochat::support {

// Ends the test that throws it, and GoogleTest prints its words.
class NotFinished : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Time {
  manual,  // simulated: jumps whenever nothing is left to do now
  steady,  // the machine's: for what waits for threads or for servers
};

class TaskLoop {
 public:
  static constexpr Duration wait_max = std::chrono::seconds{20};

  explicit TaskLoop(Time time = Time::manual);
  ~TaskLoop();
  TaskLoop(const TaskLoop&) = delete;
  TaskLoop& operator=(const TaskLoop&) = delete;

  boost::asio::io_context& context() { return context_; }
  Timers& timers() { return *timers_; }
  Deadline soon() { return timers_->now() + std::chrono::seconds{10}; }

  // The task's result; throws NotFinished when `wait_max` of real time, or in simulated time
  // everything that could happen, has passed without one.
  template <class T>
  T run(Task<T> task) {
    auto outcome = std::make_shared<Outcome<T>>();
    // A task that is given up may still write its outcome, so the outcome is shared with it.
    boost::asio::co_spawn(
        context_, keep(std::move(task), outcome),
        [outcome](const std::exception_ptr& thrown) { outcome->thrown = thrown; });
    run_until([&] { return outcome->ready(); }, "a task");
    if (outcome->thrown) std::rethrow_exception(outcome->thrown);
    if constexpr (!std::is_void_v<T>) return std::move(*outcome->value);
  }

  // Starts a task beside the test; its exception is thrown by the run that meets it.
  void start(Task<> task);

  // Runs the loop until it holds.
  void run_until(const std::function<bool()>& holds, const std::string& what);

  // Lets time pass.
  void pass(Duration duration) { run(timers_->sleep(duration)); }

  // Does what can be done now, without letting time pass.
  void settle();

 private:
  struct Nothing {};
  template <class T>
  struct Outcome {
    std::optional<std::conditional_t<std::is_void_v<T>, Nothing, T>> value;
    std::exception_ptr thrown;
    bool ready() const { return value.has_value() || thrown != nullptr; }
  };

  template <class T>
  static Task<> keep(Task<T> task, std::shared_ptr<Outcome<T>> outcome) {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      outcome->value.emplace();
    } else {
      outcome->value.emplace(co_await std::move(task));
    }
  }

  void step(MonoTime give_up_at, const std::string& what);

  boost::asio::io_context context_{1};
  SteadyTimers steady_{context_};
  ManualTimers manual_;
  Timers* timers_;
};

}  // namespace gochat::support

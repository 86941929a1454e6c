// Runs one task to its end from ordinary code: for start-up, offline verbs and tests. Unlike
// co_spawn with a future it takes tasks whose result cannot be made from nothing, such as
// Result<T>.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/assert.hpp"

namespace gochat {

namespace detail {

struct Nothing {};

template <class T>
using Held = std::conditional_t<std::is_void_v<T>, Nothing, T>;

template <class T>
struct Outcome {
  std::optional<Held<T>> value;
  std::exception_ptr thrown;
  // Set by the last call that touches this, which comes after the value.
  bool ready = false;

  T take() {
    if (thrown) std::rethrow_exception(thrown);
    GOCHAT_ASSERT(value.has_value());
    if constexpr (!std::is_void_v<T>) return std::move(*value);
  }
};

template <class T>
Task<> keep_outcome(Task<T> task, Outcome<T>* outcome) {
  if constexpr (std::is_void_v<T>) {
    co_await std::move(task);
    outcome->value.emplace();
  } else {
    outcome->value.emplace(co_await std::move(task));
  }
}

template <class T>
void start(boost::asio::io_context& loop, Task<T> task, Outcome<T>& outcome) {
  boost::asio::co_spawn(loop, keep_outcome(std::move(task), &outcome),
                        [&outcome](std::exception_ptr thrown) {
                          outcome.thrown = std::move(thrown);
                          outcome.ready = true;
                        });
  loop.restart();
}

}  // namespace detail

// Waits for threads and steady timers as it must. Other work on the loop goes on meanwhile and may
// be left over. Called on no other thread than the one that runs the loop.
template <class T>
T drive(boost::asio::io_context& loop, Task<T> task) {
  detail::Outcome<T> outcome;
  detail::start(loop, std::move(task), outcome);
  while (!outcome.ready && loop.run_one() != 0) {
  }
  return outcome.take();
}

// In simulated time: whenever nothing is left to do now, time jumps to the next pending call.
// Everything must live on this one loop; a task that waits for something that never comes fails the
// assertion.
template <class T>
T drive(boost::asio::io_context& loop, ManualTimers& timers, Task<T> task) {
  detail::Outcome<T> outcome;
  detail::start(loop, std::move(task), outcome);
  while (!outcome.ready) {
    if (loop.poll_one() != 0) continue;
    loop.restart();
    const bool advanced = timers.advance_to_next();
    GOCHAT_ASSERT(advanced);
  }
  return outcome.take();
}

}  // namespace gochat

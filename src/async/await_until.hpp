// Waiting for a call that may never come.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "async/executor.hpp"
#include "async/timer.hpp"

namespace gochat {

// As await_callback, but until the deadline: then the answer is none, and a `done` that is called
// after it changes nothing. `done` is called on the loop of `timers`.
template <class T, class Start>
Task<std::optional<T>> await_until(Timers& timers, Deadline deadline, Start start) {
  struct Race {
    std::move_only_function<void(std::optional<T>)> done;  // empty once it was called
    Timer alarm;

    void end(std::optional<T> value) {
      alarm.cancel();
      if (done) std::exchange(done, nullptr)(std::move(value));
    }
  };
  auto begin = [&timers, deadline, start = std::move(start)](auto done) mutable {
    auto race = std::make_shared<Race>();
    race->done = std::move(done);
    race->alarm = timers.at(deadline, [race] { race->end(std::nullopt); });
    start([race](T value) { race->end(std::move(value)); });
  };
  co_return co_await await_callback<std::optional<T>>(std::move(begin));
}

}  // namespace gochat

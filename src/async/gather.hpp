// Runs several tasks side by side on the caller's executor and waits for all of them.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "async/executor.hpp"
#include "async/task.hpp"
#include "base/assert.hpp"
#include "base/trace_context.hpp"

namespace gochat {

namespace detail {

template <class T>
struct Gathered {
  std::vector<std::optional<T>> values;
  std::size_t left = 0;
  std::exception_ptr thrown;
  std::move_only_function<void(std::shared_ptr<Gathered>)> wake;
};

template <class T>
void one_ended(const std::shared_ptr<Gathered<T>>& state, const std::exception_ptr& error) {
  if (error && !state->thrown) state->thrown = error;
  if (--state->left != 0 || !state->wake) return;
  auto call = std::move(state->wake);
  call(state);
}

template <class T>
Task<> keep_value(Task<T> task, std::shared_ptr<Gathered<T>> into, std::size_t place,
                  trace::Context cause) {
  const trace::Scope scope{cause};
  into->values[place].emplace(co_await std::move(task));
}

}  // namespace detail

// Started in their order, answered in their order; a task that threw throws here after all have
// ended. The executor must be single-threaded.
template <class T>
Task<std::vector<T>> gather(std::vector<Task<T>> tasks) {
  using State = std::shared_ptr<detail::Gathered<T>>;
  State state = std::make_shared<detail::Gathered<T>>();
  state->values.resize(tasks.size());
  state->left = tasks.size();
  const auto executor = co_await boost::asio::this_coro::executor;
  for (std::size_t n = 0; n < tasks.size(); ++n) {
    Task<> kept_value = detail::keep_value(std::move(tasks[n]), state, n, trace::current());
    const trace::Kept kept;
    boost::asio::co_spawn(
        executor, std::move(kept_value),
        [state](const std::exception_ptr& thrown) { detail::one_ended(state, thrown); });
  }
  if (state->left != 0) {
    // While it waits only the tasks hold the state: it owns this coroutine, and the two owning each
    // other would never be freed if a task is dropped unfinished.
    auto begin = [held = std::move(state)](auto done) mutable {
      const State waiting = std::move(held);
      waiting->wake = [done = std::move(done)](State ended) mutable { done(std::move(ended)); };
    };
    state = co_await await_callback<State>(std::move(begin));
  }
  if (state->thrown) std::rethrow_exception(state->thrown);
  std::vector<T> values;
  values.reserve(state->values.size());
  for (auto& value : state->values) {
    GOCHAT_ASSERT(value.has_value());
    values.push_back(*std::move(value));
  }
  co_return values;
}

}  // namespace gochat

// Runs several tasks side by side on the caller's executor and waits for all of them.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "async/task.hpp"
#include "base/assert.hpp"

namespace gochat {

namespace detail {

template <class T>
struct Gathered {
  std::vector<std::optional<T>> values;
  std::size_t left = 0;
  std::exception_ptr thrown;
  std::move_only_function<void()> wake;

  void one_ended(const std::exception_ptr& error) {
    if (error && !thrown) thrown = error;
    if (--left == 0 && wake) wake();
  }
};

template <class T>
Task<> keep_value(Task<T> task, std::shared_ptr<Gathered<T>> into, std::size_t place) {
  into->values[place].emplace(co_await std::move(task));
}

}  // namespace detail

// Started in their order, answered in their order; a task that threw throws here after all have
// ended. The executor must be single-threaded.
template <class T>
Task<std::vector<T>> gather(std::vector<Task<T>> tasks) {
  const auto state = std::make_shared<detail::Gathered<T>>();
  state->values.resize(tasks.size());
  state->left = tasks.size();
  const auto executor = co_await boost::asio::this_coro::executor;
  for (std::size_t n = 0; n < tasks.size(); ++n) {
    boost::asio::co_spawn(executor, detail::keep_value(std::move(tasks[n]), state, n),
                          [state](const std::exception_ptr& thrown) { state->one_ended(thrown); });
  }
  if (state->left != 0) {
    auto begin = [state](auto handler) {
      auto resume_on = boost::asio::get_associated_executor(handler);
      state->wake = [handler = std::move(handler), resume_on]() mutable {
        boost::asio::post(resume_on, std::move(handler));
      };
    };
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
        std::move(begin), boost::asio::use_awaitable);
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

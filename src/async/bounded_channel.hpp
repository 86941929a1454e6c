// A queue between coroutines of one loop. It never holds more than its capacity: who pushes into a
// full one waits, and so the slow side sets the pace.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "async/task.hpp"
#include "base/assert.hpp"
#include "base/trace_context.hpp"

namespace gochat {

// Ordering: values leave in the order in which their pushes began; those who wait are served in the
// order in which they came. Closing: no value that was taken is lost; pops go on until the channel
// is empty.
template <class T>
class BoundedChannel {
 public:
  explicit BoundedChannel(std::size_t capacity) : capacity_{capacity} {
    GOCHAT_ASSERT(capacity > 0);
  }
  BoundedChannel(const BoundedChannel&) = delete;
  BoundedChannel& operator=(const BoundedChannel&) = delete;

  // False, with `value` untouched, when the channel is full or closed.
  [[nodiscard]] bool try_push(T&& value) {
    if (!takes_now()) return false;
    accept(std::move(value));
    return true;
  }

  // Waits for room. False when the channel is or gets closed; the value is then dropped.
  Task<bool> push(T value) {
    if (takes_now()) {
      accept(std::move(value));
      co_return true;
    }
    if (closed_) co_return false;
    auto begin = [this, &value](auto handler) {
      pushers_.push_back({std::move(value), resumer<bool>(std::move(handler))});
    };
    const trace::Kept kept;
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                                   void(bool)>(std::move(begin),
                                                               boost::asio::use_awaitable);
  }

  std::optional<T> try_pop() {
    if (values_.empty()) return std::nullopt;
    std::optional<T> value{std::move(values_.front())};
    values_.pop_front();
    if (!pushers_.empty()) {
      auto pusher = std::move(pushers_.front());
      pushers_.pop_front();
      values_.push_back(std::move(pusher.value));
      pusher.resume(true);
    }
    return value;
  }

  // Waits for a value. Nothing when the channel is closed and empty.
  Task<std::optional<T>> pop() {
    if (auto value = try_pop()) co_return value;
    if (closed_) co_return std::nullopt;
    auto begin = [this](auto handler) {
      poppers_.push_back(resumer<std::optional<T>>(std::move(handler)));
    };
    using Signature = void(std::optional<T>);
    const trace::Kept kept;
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, Signature>(
        std::move(begin), boost::asio::use_awaitable);
  }

  void close() {
    closed_ = true;
    for (auto& pusher : std::exchange(pushers_, {})) pusher.resume(false);
    for (auto& resume : std::exchange(poppers_, {})) resume(std::nullopt);
  }

  bool closed() const { return closed_; }
  std::size_t size() const { return values_.size(); }
  std::size_t capacity() const { return capacity_; }

 private:
  template <class Value>
  using Resume = std::move_only_function<void(Value)>;
  struct Pusher {
    T value;
    Resume<bool> resume;
  };

  // Resumed from the loop and not from inside the other side's call, which may be in the middle of
  // its work.
  template <class Value, class Handler>
  static Resume<Value> resumer(Handler handler) {
    auto executor = boost::asio::get_associated_executor(handler);
    return [handler = std::move(handler), executor](Value value) mutable {
      boost::asio::post(executor,
                        [handler = std::move(handler), value = std::move(value)]() mutable {
                          std::move(handler)(std::move(value));
                        });
    };
  }

  bool takes_now() const { return !closed_ && values_.size() < capacity_; }

  void accept(T&& value) {
    if (poppers_.empty()) {
      values_.push_back(std::move(value));
      return;
    }
    auto resume = std::move(poppers_.front());
    poppers_.pop_front();
    resume(std::optional<T>{std::move(value)});
  }

  std::size_t capacity_;
  bool closed_ = false;
  std::deque<T> values_;
  std::deque<Pusher> pushers_;                    // only while values_ is full
  std::deque<Resume<std::optional<T>>> poppers_;  // only while values_ is empty
};

}  // namespace gochat

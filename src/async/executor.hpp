// Where blocking work runs. Loops never block; SQLite, bcrypt and the like go through an Executor,
// which a simulation replaces by one that runs inline.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "async/task.hpp"
#include "base/result.hpp"
#include "base/trace_context.hpp"

namespace gochat {

class Executor {
 public:
  virtual ~Executor() = default;
  // false: the bounded queue is full and the job was not taken.
  [[nodiscard]] virtual bool post(std::move_only_function<void()> job) = 0;
};

// What a pool is doing, and what it has done since it was made.
struct PoolFigures {
  std::size_t waiting = 0;
  std::size_t running = 0;
  std::uint64_t done = 0;
  std::uint64_t refused = 0;
};

// A fixed number of threads over one bounded queue. The destructor finishes what was posted.
class ThreadPool final : public Executor {
 public:
  ThreadPool(std::size_t threads, std::size_t queue_max, const char* name, int nice = 0);
  ~ThreadPool() override;
  bool post(std::move_only_function<void()> job) override;
  // From any thread.
  PoolFigures figures() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class InlineExecutor final : public Executor {
 public:
  bool post(std::move_only_function<void()> job) override {
    job();
    return true;
  }
};

// Suspends the calling coroutine until `start(done)` has called done(value), from any thread; the
// coroutine goes on on its own executor. `done` must be called exactly once.
template <class T, class Start>
Task<T> await_callback(Start start) {
  const trace::Kept kept;
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
      [](auto handler, Start begin) {
        auto executor = boost::asio::get_associated_executor(handler);
        begin([handler = std::move(handler), executor](T value) mutable {
          boost::asio::post(executor,
                            [handler = std::move(handler), value = std::move(value)]() mutable {
                              std::move(handler)(std::move(value));
                            });
        });
      },
      boost::asio::use_awaitable, std::move(start));
}

// Runs `work` on the executor and returns its Result; `overloaded` when the executor's queue is
// full.
template <class Work>
auto run_on(Executor& executor, Work work) -> Task<std::invoke_result_t<Work&>> {
  using R = std::invoke_result_t<Work&>;
  co_return co_await await_callback<R>([&executor, work = std::move(work)](auto done) mutable {
    auto shared = std::make_shared<decltype(done)>(std::move(done));
    const bool taken =
        executor.post([shared, work = std::move(work)]() mutable { (*shared)(work()); });
    if (!taken) (*shared)(R{failed(ErrorCode::overloaded, "the queue of a worker pool is full")});
  });
}

}  // namespace gochat

#include "async/gate.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/trace_context.hpp"

namespace gochat {

struct Gate::State {
  boost::asio::any_io_executor executor;
  std::size_t inside = 0;
  bool closed = false;
  std::vector<std::move_only_function<void()>> waiting;

  void leave() {
    --inside;
    if (!closed || inside != 0) return;
    for (auto& wake : std::exchange(waiting, {})) wake();
  }
};

namespace {

// Background work reports failures as values. An exception that gets here is a bug, and a loop that
// ended in silence would be worse than a process that ends aloud; being cancelled is the one
// ordinary way out.
void judge(const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) return;
    log::error("a background task threw", {{log::Field::reason, error.what()}});
    log::flush();  // nothing else is written after this
    throw;
  } catch (const std::exception& error) {
    log::error("a background task threw", {{log::Field::reason, error.what()}});
    log::flush();  // nothing else is written after this
    throw;
  }
}

Task<> within(trace::Context context, Task<> task) {
  const trace::Scope scope{context};
  co_await std::move(task);
}

// A task goes on in the trace of whoever spawned it, where that is recorded: for the log alone it
// would cost every message an allocation.
Task<> carried(Task<> task) {
  const trace::Context& now = trace::current();
  return now.sampled ? within(now, std::move(task)) : std::move(task);
}

}  // namespace

Gate::Gate(boost::asio::any_io_executor executor)
    : state_{std::make_shared<State>(std::move(executor))} {}

Gate::~Gate() { state_->closed = true; }

bool Gate::spawn(Task<> task) {
  if (state_->closed) return false;
  ++state_->inside;
  Task<> carrying = carried(std::move(task));
  const trace::Kept kept;
  boost::asio::co_spawn(state_->executor, std::move(carrying),
                        [state = state_](const std::exception_ptr& thrown) {
                          state->leave();
                          judge(thrown);
                        });
  return true;
}

bool Gate::closed() const { return state_->closed; }
std::size_t Gate::inside() const { return state_->inside; }

Task<> Gate::close() {
  const auto state = state_;
  state->closed = true;
  if (state->inside == 0) co_return;
  auto begin = [state](auto handler) {
    auto executor = boost::asio::get_associated_executor(handler);
    state->waiting.emplace_back([handler = std::move(handler), executor]() mutable {
      boost::asio::post(executor, std::move(handler));
    });
  };
  const trace::Kept kept;
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      std::move(begin), boost::asio::use_awaitable);
}

}  // namespace gochat

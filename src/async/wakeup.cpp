#include "async/wakeup.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/assert.hpp"
#include "base/trace_context.hpp"

namespace gochat {

Task<> Wakeup::wait() {
  GOCHAT_ASSERT(!waiting());
  auto begin = [this](auto handler) {
    auto executor = boost::asio::get_associated_executor(handler);
    wake_ = [handler = std::move(handler), executor]() mutable {
      boost::asio::post(executor, std::move(handler));
    };
  };
  const trace::Kept kept;
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      std::move(begin), boost::asio::use_awaitable);
}

Task<> Wakeup::wait(Timers& timers, Duration at_most) {
  const Timer timer = timers.after(at_most, [this] { notify(); });
  co_await wait();
}

void Wakeup::notify() {
  if (auto wake = std::exchange(wake_, nullptr)) wake();
}

}  // namespace gochat

// A shard with a thread and a loop of its own, as the main loop sees it.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "async/timer.hpp"
#include "net/batch_mailbox.hpp"
#include "net/event_mailbox.hpp"
#include "net/shard.hpp"

namespace gochat::net {

class IoThread {
 public:
  using Order = std::move_only_function<void(Shard&)>;

  IoThread(boost::asio::io_context& main, ShardEvents& events, const Limits& limits,
           std::uint32_t number);
  // Only after the shard's stop() has called back, or when nothing was ever ordered.
  ~IoThread();

  // Runs on the thread, in the order of the calls.
  void order(Order order) { orders_.put(std::move(order)); }

  const Traffic& traffic() const { return shard_.traffic(); }

 private:
  boost::asio::io_context loop_{1};
  SteadyTimers timers_{loop_};
  EventMailbox events_;
  Shard shard_;
  BatchMailbox<Order> orders_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace gochat::net

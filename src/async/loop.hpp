// One event loop: its queue of work, its timers, its mailbox and its thread. What lives on a loop
// is only touched on its thread; other threads post.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>

#include "async/mailbox.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat {

class Loop {
 public:
  static constexpr std::size_t calls_max_default = 65'536;

  explicit Loop(std::string name, std::size_t calls_max = calls_max_default);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& context() { return context_; }
  boost::asio::io_context::executor_type executor() { return context_.get_executor(); }
  Timers& timers() { return timers_; }

  // Runs on the calling thread until stop().
  void run();
  // Runs on a thread of its own until stop() or destruction.
  void start();
  // From any thread, and from a signal's handler on the loop. The call that runs is finished, and
  // what waits is not begun: gates are closed first.
  void stop();

  // From any thread; see Mailbox.
  Result<void> post(std::move_only_function<void()> call) { return mailbox_.post(std::move(call)); }
  bool on_this_thread() const { return thread_id_.load() == std::this_thread::get_id(); }

 private:
  std::string name_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
  SteadyTimers timers_;
  Mailbox mailbox_;
  std::atomic<std::thread::id> thread_id_;
  std::thread thread_;
};

}  // namespace gochat

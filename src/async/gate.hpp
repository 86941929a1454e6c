// Owns background coroutines. No work is detached: whoever starts a loop starts it through a gate,
// and stopping means: request stop, close the gate, wait until all that entered has left.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "async/task.hpp"

namespace gochat {

// Lives on one executor; spawn and close are called there.
class Gate {
 public:
  explicit Gate(boost::asio::any_io_executor executor);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Runs the task on the gate's executor. After close() nothing is started: false.
  bool spawn(Task<> task);
  bool closed() const;
  std::size_t inside() const;

  // No new work; returns when all that was started has ended. May be awaited more than once.
  Task<> close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gochat

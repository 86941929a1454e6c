// Hands calls over to a loop from any thread. However many come while the loop is busy, it is woken
// once.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>

#include "base/result.hpp"

namespace gochat {

// Ordering: the calls of one thread run in the order in which they were posted.
// Lifetime: goes on the loop's thread or when that has stopped; what was posted and has not run is
// dropped.
class Mailbox {
 public:
  Mailbox(boost::asio::io_context& loop, std::size_t calls_max);
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // `overloaded` when calls_max wait: the loop is too slow for its senders, and they must know.
  Result<void> post(std::move_only_function<void()> call);

 private:
  struct State;
  boost::asio::io_context& loop_;
  std::shared_ptr<State> state_;
};

}  // namespace gochat

#include "async/loop.hpp"

#include <utility>

#include "base/assert.hpp"
#include "base/thread_name.hpp"

namespace gochat {

Loop::Loop(std::string name, std::size_t calls_max)
    : name_{std::move(name)},
      keep_running_{context_.get_executor()},
      timers_{context_},
      mailbox_{context_, calls_max} {}

Loop::~Loop() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void Loop::run() {
  thread_id_ = std::this_thread::get_id();
  context_.run();
  thread_id_ = std::thread::id{};
}

void Loop::start() {
  GOCHAT_ASSERT(!thread_.joinable());
  thread_ = std::thread{[this] {
    name_this_thread(name_);
    run();
  }};
}

void Loop::stop() { context_.stop(); }

}  // namespace gochat

#include "support/task_loop.hpp"

namespace gochat::support {

TaskLoop::TaskLoop(Time time)
    : timers_{time == Time::manual ? static_cast<Timers*>(&manual_) : &steady_} {}

TaskLoop::~TaskLoop() = default;

void TaskLoop::start(Task<> task) {
  boost::asio::co_spawn(context_, std::move(task), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
}

void TaskLoop::run_until(const std::function<bool()>& holds, const std::string& what) {
  const MonoTime give_up_at = steady_.now() + wait_max;
  while (!holds()) step(give_up_at, what);
}

void TaskLoop::settle() {
  context_.restart();
  context_.poll();
}

void TaskLoop::step(MonoTime give_up_at, const std::string& what) {
  context_.restart();
  if (context_.poll_one() != 0) {
    if (steady_.now() < give_up_at) return;
    throw NotFinished{what + " did not end within the wait; the loop is still busy"};
  }
  if (timers_ == &manual_ && manual_.advance_to_next()) return;
  // Nothing here can go on by itself: a thread or a server has to answer.
  if (context_.run_one_for(give_up_at - steady_.now()) == 0) {
    throw NotFinished{what + " did not end: nothing is left that could wake it"};
  }
}

}  // namespace gochat::support

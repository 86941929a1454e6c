#include "async/beat.hpp"

namespace gochat {

void Beat::start() {
  if (stopped_) return;
  timer_ = timers_.after(pause_, [this] { gate_.spawn(run()); });
}

void Beat::stop() {
  stopped_ = true;
  timer_.cancel();
}

Task<> Beat::run() {
  co_await work_();
  start();
}

}  // namespace gochat

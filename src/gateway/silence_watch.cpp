#include "gateway/silence_watch.hpp"

#include <vector>

namespace gochat::gateway {

void SilenceWatch::start() {
  timer_ = timers_.after(limits_.look_every, [this] { look(); });
}

void SilenceWatch::look() {
  const MonoTime long_ago = timers_.now() - limits_.silence_max;
  std::vector<net::ConnectionId> silent;
  for (const auto& [socket, at] : heard_) {
    if (at <= long_ago) silent.push_back(socket);
  }
  for (const auto socket : silent) {
    heard_.erase(socket);
    lost_(socket);
  }
  start();
}

}  // namespace gochat::gateway

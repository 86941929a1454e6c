// The heartbeat rule of the timeline dialect: its clients send one every 30 s, and who sends
// nothing for two to three of them is offline, whatever their WebSocket answers by itself.
#pragma once

#include <functional>
#include <unordered_map>

#include "async/timer.hpp"
#include "net/connection_id.hpp"

namespace gochat::gateway {

struct SilenceLimits {
  Duration heartbeat = std::chrono::seconds{30};
  Duration silence_max = std::chrono::seconds{60};
  Duration look_every = std::chrono::seconds{15};  // so offline after 60 to 75 s

  // The same in proportion to another heartbeat.
  static SilenceLimits of(Duration heartbeat) {
    return {.heartbeat = heartbeat, .silence_max = 2 * heartbeat, .look_every = heartbeat / 2};
  }
};

class SilenceWatch {
 public:
  using Lost = std::function<void(net::ConnectionId)>;
  SilenceWatch(Timers& timers, SilenceLimits limits, Lost lost)
      : timers_{timers}, limits_{limits}, lost_{std::move(lost)} {}

  void start();
  void stop() { timer_.cancel(); }

  // A packet came, or the socket was opened.
  void heard(net::ConnectionId socket) { heard_[socket] = timers_.now(); }
  void forget(net::ConnectionId socket) { heard_.erase(socket); }
  Duration heartbeat() const { return limits_.heartbeat; }

 private:
  void look();

  Timers& timers_;
  SilenceLimits limits_;
  Lost lost_;
  std::unordered_map<net::ConnectionId, MonoTime> heard_;
  Timer timer_;
};

}  // namespace gochat::gateway

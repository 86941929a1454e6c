// The deadlines of all connections of a thread on one Timer: arming and disarming cost a few
// pointers, and nothing wakes the thread while no deadline is near. A deadline is met up to one
// tick late, never early.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "async/timer.hpp"

namespace gochat::net {

class TimerWheel {
 public:
  // What is to be called; one deadline at a time. It must be disarmed before it goes.
  struct Node {
    Node* next = nullptr;
    Node* previous = nullptr;
    MonoTime due{};

    bool armed() const { return next != nullptr; }
  };

  static constexpr Duration tick = std::chrono::milliseconds{250};

  TimerWheel(Timers& timers, std::move_only_function<void(Node&)> fire);
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  void arm(Node& node, Duration delay);
  void disarm(Node& node);
  // No more calls; nodes may stay where they are.
  void stop();

 private:
  static constexpr std::size_t spots = 512;  // two minutes; later deadlines go round again

  static std::int64_t tick_of(MonoTime time);
  void link(Node& node, std::int64_t at);
  void turn();
  void run_spot(Node& spot, MonoTime now);
  void wake_at(std::int64_t at);
  void wake_at_next();

  Timers& timers_;
  std::move_only_function<void(Node&)> fire_;
  std::array<Node, spots> ring_;
  std::int64_t done_ = 0;   // all ticks up to this one have been run
  std::int64_t awake_ = 0;  // the tick for which the timer is set, 0 for none
  std::size_t armed_ = 0;
  Timer timer_;
};

}  // namespace gochat::net

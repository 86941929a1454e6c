#include "net/timer_wheel.hpp"

#include <algorithm>

namespace gochat::net {

TimerWheel::TimerWheel(Timers& timers, std::move_only_function<void(Node&)> fire)
    : timers_{timers}, fire_{std::move(fire)}, done_{tick_of(timers.now())} {
  for (Node& spot : ring_) spot.next = spot.previous = &spot;
}

std::int64_t TimerWheel::tick_of(MonoTime time) { return time.time_since_epoch() / tick; }

void TimerWheel::arm(Node& node, Duration delay) {
  disarm(node);
  node.due = timers_.now() + delay;
  link(node, std::max(tick_of(node.due) + 1, done_ + 1));
  ++armed_;
}

void TimerWheel::disarm(Node& node) {
  if (!node.armed()) return;
  node.previous->next = node.next;
  node.next->previous = node.previous;
  node.next = node.previous = nullptr;
  --armed_;
}

void TimerWheel::stop() {
  timer_.cancel();
  awake_ = 0;
}

void TimerWheel::link(Node& node, std::int64_t at) {
  Node& spot = ring_[static_cast<std::size_t>(at) % spots];
  node.next = &spot;
  node.previous = spot.previous;
  spot.previous->next = &node;
  spot.previous = &node;
  if (awake_ == 0 || at < awake_) wake_at(at);
}

void TimerWheel::wake_at(std::int64_t at) {
  awake_ = at;
  timer_ = timers_.at(MonoTime{tick * at}, [this] { turn(); });
}

void TimerWheel::turn() {
  awake_ = 0;
  const MonoTime now = timers_.now();
  const std::int64_t last = tick_of(now);
  // After a long sleep one round sees every spot; more would see them again.
  for (std::int64_t at = std::max(done_ + 1, last - static_cast<std::int64_t>(spots) + 1);
       at <= last; ++at) {
    done_ = at;
    run_spot(ring_[static_cast<std::size_t>(at) % spots], now);
  }
  wake_at_next();
}

void TimerWheel::run_spot(Node& spot, MonoTime now) {
  // Taken off as a whole first: what is armed by a call must not be met again in this loop.
  Node due;
  due.next = due.previous = &due;
  if (spot.next == &spot) return;
  due.next = spot.next;
  due.previous = spot.previous;
  due.next->previous = due.previous->next = &due;
  spot.next = spot.previous = &spot;
  while (due.next != &due) {
    Node& node = *due.next;
    const MonoTime when = node.due;
    disarm(node);
    if (when <= now) {
      fire_(node);
    } else {
      ++armed_;
      link(node, tick_of(when) + 1);
    }
  }
}

void TimerWheel::wake_at_next() {
  if (armed_ == 0) return;
  for (std::int64_t at = done_ + 1; at <= done_ + static_cast<std::int64_t>(spots); ++at) {
    const Node& spot = ring_[static_cast<std::size_t>(at) % spots];
    if (spot.next == &spot) continue;
    if (awake_ == 0 || at < awake_) wake_at(at);
    return;
  }
}

}  // namespace gochat::net

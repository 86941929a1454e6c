// How many people are online over all gateways, and whether one more is let in.
#pragma once

#include <cstdint>
#include <string>

#include "async/beat.hpp"
#include "gateway/session_table.hpp"
#include "ports/online_count.hpp"

namespace gochat::gateway {

class Headcount {
 public:
  static constexpr Duration every = std::chrono::seconds{5};

  struct Rooms {
    OnlineCount& online;
    const SessionTable& sessions;
    Timers& timers;
    Gate& gate;
  };
  // `online_max`: 0 lets everybody in.
  Headcount(Rooms rooms, std::string gateway, std::uint64_t online_max);

  void start() { beat_.start(); }
  void stop() { beat_.stop(); }

  // `overloaded` for a socket above the limit. Between two counts those that are let in here are
  // added to the last one; while nobody answers, those who are here are counted all the same.
  Result<void> admit();
  std::uint64_t online() const { return known_; }

 private:
  Task<> count();

  Rooms rooms_;
  const std::string gateway_;
  const std::uint64_t online_max_;
  std::uint64_t elsewhere_ = 0;  // at the last count that was answered
  std::uint64_t known_ = 0;
  Beat beat_;
};

}  // namespace gochat::gateway

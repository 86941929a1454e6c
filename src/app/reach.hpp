// Whether something that this process stands on is there, found out by asking it again and again:
// also when nobody else does, so that readiness comes back by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/health.hpp"
#include "async/beat.hpp"
#include "base/result.hpp"

namespace gochat::app {

// A check of health. One silence is no reason to send everybody away: it is gone from the third in
// a row on, and there with the first answer. Outlives the gate's last task, and its health's last
// look.
class Reach {
 public:
  using Ask = std::function<Task<Result<void>>()>;
  static constexpr Duration interval = std::chrono::seconds{1};
  static constexpr std::uint32_t silences_max = 3;

  Reach(Gate& gate, Timers& timers, Health& health, std::string what, Ask ask);
  void start() { beat_.start(); }
  void stop() { beat_.stop(); }
  bool there() const { return silences_ < silences_max; }

 private:
  Task<> look();

  Health& health_;
  const std::string what_;
  Ask ask_;
  std::uint32_t silences_ = 0;
  Beat beat_;
};

}  // namespace gochat::app

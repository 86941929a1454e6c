// Finds what followed sockets were not told. Their clients never ask, so nobody else would notice a
// record that was lost on its way.
#pragma once

#include <cstddef>
#include <vector>

#include "async/gate.hpp"
#include "async/timer.hpp"
#include "gateway/catch_up.hpp"

namespace gochat::gateway {

struct RepairLimits {
  Duration interval = std::chrono::seconds{30};
  std::size_t marks_at_once_max = 500;
};

class Repair {
 public:
  struct Rooms {
    MessageApi& messages;
    ConversationApi& conversations;
    SessionTable& sessions;
    CatchUp& catch_up;
    Timers& timers;
    Gate& gate;
  };
  Repair(Rooms rooms, RepairLimits limits) : rooms_{rooms}, limits_{limits} {}

  void start();
  void stop();
  Task<> run_once();

 private:
  std::vector<UserId> users() const;
  Task<> check(std::vector<UserId> users);
  Task<> compare(ConnectionId id, std::uint64_t mark);
  Task<> check_world();

  Rooms rooms_;
  RepairLimits limits_;
  Timer timer_;
  Seq world_before_;  // its head one round ago: what is not there by now is not on its way
  bool stopped_ = false;
};

}  // namespace gochat::gateway

// This gateway's connections in the registry, where every gateway looks for them, and what the
// first and the last of somebody say about being online.
#pragma once

#include <cstdint>
#include <string>

#include "async/gate.hpp"
#include "async/timer.hpp"
#include "gateway/session_table.hpp"
#include "ports/logic_api.hpp"
#include "ports/session_registry.hpp"

namespace gochat::gateway {

class Registrar {
 public:
  struct Rooms {
    SessionRegistry& registry;
    ConversationApi& conversations;
    SessionTable& sessions;
    Timers& timers;
    Gate& gate;
  };
  struct Self {
    std::string name;
    std::uint64_t boot = 0;
  };
  Registrar(Rooms rooms, Self self, Duration refresh_interval)
      : rooms_{rooms}, self_{std::move(self)}, refresh_interval_{refresh_interval} {}

  // Leases end by themselves; this gateway's are extended from here on until it stops.
  void start();
  void stop();

  // Of a session that is in the table.
  Task<> add(ConnectionId id);
  // Of one that is no longer there.
  Task<> remove(UserId user, ConnectionId id);

 private:
  RegisteredConnection row(const Session& session) const;
  Task<> tell_presence(UserId user, bool online);
  Task<> refresh();

  Rooms rooms_;
  const Self self_;
  const Duration refresh_interval_;
  Timer timer_;
  bool stopped_ = false;
};

}  // namespace gochat::gateway

// Keeps the tails of followed sockets where the next socket of the same sign-in, in this life of
// the process or a later one, finds them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "async/gate.hpp"
#include "async/timer.hpp"
#include "gateway/session_table.hpp"
#include "ports/clock.hpp"
#include "ports/tail_store.hpp"

namespace gochat::gateway {

struct TailLimits {
  Duration save_interval = std::chrono::seconds{10};  // while it changes
  Duration kept_time_max = std::chrono::minutes{10};
  std::size_t saved_at_once_max = 200;
  Duration expiry_interval = std::chrono::minutes{1};
  std::size_t expired_at_once_max = 500;
};

SessionTail tail_of(const Session& session);
// A client that closes by itself, for a reload or for good, begins anew; a sign-in that has ended
// has no next socket.
bool leaves_a_tail(std::uint16_t close_code);

class Tails {
 public:
  struct Rooms {
    TailStore& store;
    SessionTable& sessions;
    Clock& clock;
    Timers& timers;
    Gate& gate;
  };
  Tails(Rooms rooms, TailLimits limits) : rooms_{rooms}, limits_{limits} {}

  void start();
  void stop();

  // What the last closed socket of the same sign-in left, once; else where an open one stands,
  // which may be dead without our knowing: first one that was sent what it did not say it read.
  Task<std::optional<SessionTail>> inherit(ConnectionId heir);
  void save(Session& session);
  // A session that is being taken out.
  void closed(Session& session, bool leaves_tail);
  void forget(const Session& session);
  Task<> save_changed();

 private:
  struct Write {
    SessionTail tail;
    bool keep = true;  // else it is forgotten
  };
  void write(SessionTail tail, bool keep);
  // Whoever calls it has all writes so far before its own next one.
  Task<> begin_writes();
  std::vector<SessionTail> take_changed();
  std::vector<ConnectionId> open_ones(const Session& heir) const;
  Session* predecessor(const Session& heir) const;
  Task<> store(std::vector<SessionTail> tails);
  Task<> remove(SessionId session, ConnectionId connection);
  void arm_saving();
  void arm_expiry();
  Task<> expire();

  Rooms rooms_;
  TailLimits limits_;
  std::deque<Write> writes_;
  Timer saving_;
  Timer expiry_;
  bool stopped_ = false;
};

}  // namespace gochat::gateway

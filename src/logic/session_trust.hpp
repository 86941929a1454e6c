// Which sessions are alive, asked for once and then believed for a while.
#pragma once

#include <vector>

#include "async/timer.hpp"
#include "base/bounded_map.hpp"
#include "ports/clock.hpp"
#include "ports/repo_api.hpp"

namespace gochat::logic {

// A session is believed for `trust` at most. Revocations made elsewhere are asked for every
// `watch_every`; one that is heard while a session is being read still counts, because the revoked
// are remembered for longer than any read takes.
class SessionTrust {
 public:
  static constexpr std::size_t sessions_max = 65'536;
  static constexpr Duration trust = std::chrono::seconds{60};
  static constexpr Duration watch_every = std::chrono::seconds{2};
  static constexpr Duration remember_revoked = std::chrono::minutes{2};
  static constexpr std::size_t revoked_page = 1'000;

  SessionTrust(const RepoApi& repo, Timers& timers, Clock& clock);

  // Alive, or `unauthorized`.
  Task<Result<Session>> alive(SessionId id);
  void revoked(SessionId id);
  // Ends sessions, which are believed no longer from now on. How many there were.
  Task<Result<std::size_t>> revoke(RevokeQuery query);
  // A generation rises: what was believed is read again.
  void forget(SessionId id) { trusted_.erase(id); }

  // Asks once for what was revoked since the last time.
  Task<> watch();

 private:
  struct Trusted {
    Session session;
    MonoTime until;
  };

  RepoApi repo_;
  Timers& timers_;
  Clock& clock_;
  BoundedMap<SessionId, Trusted> trusted_;
  BoundedMap<SessionId, MonoTime> revoked_;  // until when it is remembered
  std::uint64_t cursor_ = 0;
};

}  // namespace gochat::logic

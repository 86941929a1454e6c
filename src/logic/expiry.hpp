// Deletes what has run out: sessions and the answers kept for idempotency keys.
#pragma once

#include "ports/clock.hpp"
#include "ports/coordinator.hpp"
#include "ports/repo_api.hpp"

namespace gochat::logic {

class Expiry {
 public:
  static constexpr Duration every = std::chrono::minutes{10};
  static constexpr std::size_t slice_rows = 500;
  // Expired sessions stay readable for a while, so that their sockets are told why they close.
  static constexpr std::chrono::hours sessions_kept{24};
  static constexpr std::chrono::hours answers_kept{24};

  Expiry(SessionStore& sessions, IdempotencyStore& keys, Clock& clock, const Leadership& leads)
      : sessions_{sessions}, keys_{keys}, clock_{clock}, leads_{leads} {}

  // In slices, so that sends get their turn between; the first error ends this round, and so does
  // the loss of the lead. Two that believe in it at once would only share the work.
  Task<> run_once();

 private:
  SessionStore& sessions_;
  IdempotencyStore& keys_;
  Clock& clock_;
  const Leadership& leads_;
};

}  // namespace gochat::logic

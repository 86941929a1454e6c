// Which sessions have ended while their sockets may be open, or are being opened.
#pragma once

#include <functional>
#include <optional>
#include <unordered_map>

#include "async/beat.hpp"
#include "ports/session_store.hpp"
#include "protocol/close_code.hpp"

namespace gochat::gateway {

// Asks for those that ended since it asked last, page by page, and remembers each for as long as
// somebody else may still let it in. Lives on one loop.
class Revocations {
 public:
  using Ask = std::function<Task<Result<RevokedPage>>(std::uint64_t cursor)>;
  using Ended = std::unordered_map<SessionId, protocol::CloseCode>;
  struct Pace {
    Duration every;
    Duration remembered;
  };

  // `end` is to close the sockets that are there.
  Revocations(Gate& gate, Timers& timers, Pace pace, Ask ask,
              std::function<void(const Ended&)> end);

  void start() { beat_.start(); }
  void stop() { beat_.stop(); }

  // With what its sockets are closed; none: it has not ended, as far as is known.
  std::optional<protocol::CloseCode> ended(SessionId session) const;

 private:
  struct Remembered {
    MonoTime until;
    protocol::CloseCode code;
  };

  Task<> ask_for_all();

  Timers& timers_;
  const Pace pace_;
  const Ask ask_;
  const std::function<void(const Ended&)> end_;
  std::uint64_t cursor_ = 0;
  std::unordered_map<SessionId, Remembered> remembered_;
  Beat beat_;
};

}  // namespace gochat::gateway

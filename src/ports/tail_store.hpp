#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

// Where a socket stands that never asks for what it missed: how far it is known to have read each
// conversation, and which of its sends it may not have the answer to.
struct SessionTail {
  SessionId session;
  ConnectionId connection;
  std::vector<std::pair<ConversationId, Seq>> got;
  std::vector<std::string> unanswered;  // client message ids
};

struct Inheritance {
  SessionId session;
  ConnectionId heir;
  std::vector<ConnectionId> open;  // sockets that are still there keep their tails
  WallTime not_before;             // what was saved earlier has expired
};

// Tails of sockets, so that the next socket of the same sign-in is pushed what the last one missed.
// Ordering: calls take effect in the order in which they were made; of two heirs one gets a tail.
// Idempotency: `save` and `forget` of the same are one; a tail is inherited once. Errors:
// `unavailable`, `overloaded`; nothing has been done then. Cancellation: a write that was started
// is carried out.
class TailStore {
 public:
  virtual ~TailStore() = default;
  // Each replaces what was saved of its socket.
  virtual Task<Result<void>> save(std::vector<SessionTail> tails, WallTime at) = 0;
  // The tail of the session's last closed socket becomes the heir's own, saved at the time at which
  // it was; none: there is nothing to inherit.
  virtual Task<Result<std::optional<SessionTail>>> inherit(Inheritance inheritance) = 0;
  virtual Task<Result<void>> forget(SessionId session, ConnectionId connection) = 0;
  virtual Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) = 0;
};

}  // namespace gochat

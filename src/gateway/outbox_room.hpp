// Waits until a socket's outbox has room, so that what is long is drawn as fast as it is read.
#pragma once

#include <cstddef>

#include "async/task.hpp"
#include "gateway/session_table.hpp"
#include "net/server.hpp"

namespace gochat::gateway {

class OutboxRoom {
 public:
  // `bytes_high`: there is no room above; not below the server's outbox_drained_bytes, or nobody
  // would tell that there is room again.
  OutboxRoom(SessionTable& sessions, std::size_t bytes_high)
      : sessions_{sessions}, bytes_high_{bytes_high} {}
  void use(net::Server& server) { server_ = &server; }

  // false: the socket is gone.
  Task<bool> wait(ConnectionId id);

 private:
  SessionTable& sessions_;
  std::size_t bytes_high_;
  net::Server* server_ = nullptr;
};

// The outbox has drained, or its session is gone.
void end_wait_for_room(Session& session);

}  // namespace gochat::gateway

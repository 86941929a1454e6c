#include "gateway/outbox_room.hpp"

#include <utility>

#include "async/executor.hpp"

namespace gochat::gateway {

Task<bool> OutboxRoom::wait(ConnectionId id) {
  for (;;) {
    Session* session = sessions_.find(id);
    if (!session) co_return false;
    if (server_->outbox_bytes(session->socket) < bytes_high_) co_return true;
    co_await await_callback<bool>([session](auto done) {
      session->on_drained.push_back([done = std::move(done)]() mutable { done(true); });
    });
  }
}

void end_wait_for_room(Session& session) {
  for (auto& wake : std::exchange(session.on_drained, {})) wake();
}

}  // namespace gochat::gateway

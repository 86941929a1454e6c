// Answers `sync`: every conversation with news, page by page, drawn as the outbox drains, so that a
// long sync is paused and never the reason for a close.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "async/gate.hpp"
#include "gateway/delivery.hpp"
#include "gateway/outbox_room.hpp"
#include "protocol/client_frame.hpp"

namespace gochat::gateway {

struct SyncLimits {
  std::size_t outbox_bytes_high = 256 * 1024;  // drawing waits above this
  std::size_t cursors_max = 100'000;           // over all frames of one sync
};

class SyncDrawing {
 public:
  struct Rooms {
    MessageApi& messages;
    SessionTable& sessions;
    Delivery& delivery;
    Gate& gate;
  };
  SyncDrawing(Rooms rooms, SyncLimits limits, std::string epoch)
      : rooms_{rooms},
        limits_{limits},
        epoch_{std::move(epoch)},
        room_{rooms.sessions, limits.outbox_bytes_high} {}
  void use(net::Server& server) { room_.use(server); }

  // Cursors may come in several frames; the last one starts the drawing.
  void begin(Session& session, protocol::Sync request, std::string re);
  void gone(Session& session);

 private:
  Task<> draw(ConnectionId id, Caller caller, std::vector<SyncCursor> cursors, std::string re);
  Task<bool> draw_one(ConnectionId id, Caller caller, SyncedConversation news, std::string re);
  bool say(ConnectionId id, const protocol::ServerFrame& frame, std::string_view re);

  Rooms rooms_;
  SyncLimits limits_;
  std::string epoch_;
  OutboxRoom room_;
  std::unordered_map<ConnectionId, std::vector<SyncCursor>> collected_;
};

}  // namespace gochat::gateway

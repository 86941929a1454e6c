// What sockets of the timeline dialect ask for beside sends and heartbeats, and what they missed:
// single chats from the inbox, then groups one by one, drawn as the outbox drains. Until that has
// ended, everything else that is for the socket waits behind it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "async/gate.hpp"
#include "gateway/delivery.hpp"
#include "gateway/outbox_room.hpp"
#include "protocol/client_frame.hpp"
#include "protocol/close_code.hpp"

namespace gochat::gateway {

struct TimelineLimits {
  std::size_t waiting_max = 1'000;  // frames behind a catch-up; above, the socket is closed
};

class TimelineDesk {
 public:
  struct Rooms {
    LogicApi& logic;
    SessionTable& sessions;
    Delivery& delivery;
    Gate& gate;
  };
  // What only the owner of the sockets does.
  struct Door {
    std::function<protocol::Connected(const Session&)> greeting;
    std::function<void(net::ConnectionId, protocol::CloseCode)> close;
  };
  // `outbox_bytes_high`: as OutboxRoom wants it.
  TimelineDesk(Rooms rooms, TimelineLimits limits, std::string epoch, std::size_t outbox_bytes_high,
               Door door)
      : rooms_{rooms},
        limits_{limits},
        epoch_{std::move(epoch)},
        room_{rooms.sessions, outbox_bytes_high},
        door_{std::move(door)} {}
  void use(net::Server& server) { room_.use(server); }

  // false: a request that all dialects share, and that is not touched.
  bool take(Session& session, protocol::ClientRequest& request, const std::string& re);
  // Of a session that is not ready; it is afterwards.
  void catch_up(const Session& session);

 private:
  Task<> pull(ConnectionId id, Caller caller, protocol::Pull request, std::string re);
  Task<> pull_inbox(ConnectionId id, Caller caller, std::string re);
  Task<> advance(ConnectionId id, Caller caller, ConversationPosition to, DeliveryStatus status,
                 std::string re);
  Task<> acknowledge_sent(ConnectionId id, Caller caller, std::string msg_id, std::string re);
  void acknowledge(Session& session, protocol::AckMessage request, const std::string& re);
  Task<> login_again(ConnectionId id, Caller caller, std::string token, std::string re);

  Task<> draw_missed(ConnectionId id, Caller caller);
  // false: the socket is gone or closed.
  Task<bool> draw_singles(ConnectionId id, Caller caller);
  Task<bool> draw_groups(ConnectionId id, Caller caller);
  Task<bool> draw_group(ConnectionId id, Caller caller, ConversationPosition from);
  bool draw(ConnectionId id, const TrackedPage& page);
  bool give_up(ConnectionId id, std::string_view why);

  void answer(ConnectionId id, const protocol::ServerFrame& frame, std::string_view re);
  // The rows of a page, over it; its messages can be named from now on.
  std::vector<protocol::MessageView> shown(ConnectionId id, const TrackedPage& page);

  Rooms rooms_;
  TimelineLimits limits_;
  std::string epoch_;
  OutboxRoom room_;
  Door door_;
};

}  // namespace gochat::gateway

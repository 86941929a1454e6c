// What a client says on its socket, taken to whoever answers it. Requests of one socket run side by
// side; its sends keep their order.
#pragma once

#include <string>

#include "async/gate.hpp"
#include "base/span.hpp"
#include "gateway/catch_up.hpp"
#include "gateway/delivery.hpp"
#include "gateway/refused_sends.hpp"
#include "gateway/sync_drawing.hpp"
#include "gateway/timeline_desk.hpp"
#include "gateway/upstream_publisher.hpp"
#include "ports/clock.hpp"
#include "protocol/client_frame.hpp"

namespace gochat::gateway {

struct GatewayName {
  std::string name;
  std::uint64_t boot = 0;
};

class FrameRouter {
 public:
  struct Rooms {
    LogicApi& logic;
    SessionTable& sessions;
    Delivery& delivery;
    ReadMarks& reads;
    RefusedSends& refusals;
    CatchUp& catch_up;
    UpstreamPublisher& publisher;
    SyncDrawing& syncs;
    TimelineDesk& timeline;
    Gate& gate;
    Clock& clock;
    Witness& witness;
  };
  FrameRouter(Rooms rooms, GatewayName self, std::string epoch)
      : rooms_{rooms}, self_{std::move(self)}, epoch_{std::move(epoch)} {}

  void on_frame(Session& session, std::string_view bytes);

 private:
  // What is followed is told what became of this send, on this socket or the next.
  void begun(ConnectionId id, const std::string& client_msg_id);
  void send(Session& session, protocol::SendMessage request, std::string re);
  trace::Span begin_span(const protocol::SendMessage& request);
  Task<> publish(ConnectionId id, Caller caller, Send send, std::string re, trace::Span receiving);
  Task<> send_to_user(ConnectionId id, Caller caller, protocol::SendMessage request,
                      std::string re);
  Task<> run_sends(ConnectionId id);

  // Understood and refused by logic: told to the client and to the log.
  void deny(ConnectionId id, std::string_view type, const Error& error, std::string_view re,
            std::string_view client_msg_id = {});

  Task<> pull(ConnectionId id, Caller caller, protocol::Pull request, std::string re);
  Task<> acknowledge(ConnectionId id, Caller caller, protocol::Ack request, std::string re);
  Task<> mark_read(ConnectionId id, Caller caller, protocol::MarkRead request, std::string re);
  Task<> typing(ConnectionId id, Caller caller, protocol::Typing request);
  Task<> ping(ConnectionId id, Caller caller, std::string re);
  // The socket may have gone while logic was asked.
  void answer(ConnectionId id, const protocol::ServerFrame& frame, std::string_view re);
  void refuse(ConnectionId id, const Error& error, std::string_view re,
              std::string_view client_msg_id = {});

  Rooms rooms_;
  GatewayName self_;
  std::string epoch_;
};

}  // namespace gochat::gateway

// Brings followed sockets up to date: what the socket before them was not known to have read, what
// they themselves were not told, and the answers to sends that had none.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "async/gate.hpp"
#include "async/timer.hpp"
#include "gateway/delivery.hpp"
#include "gateway/outbox_room.hpp"
#include "gateway/refused_sends.hpp"
#include "gateway/tails.hpp"

namespace gochat::gateway {

struct CatchUpLimits {
  std::size_t missed_messages_max = 200;  // of a conversation, the newest; the rest is history
  std::size_t page_messages_max = 50;
  Duration retry = std::chrono::milliseconds{200};
  // How long a send of the socket before may still be on its way; then it is told as unknown.
  Duration answer_time_max = std::chrono::seconds{5};
  Duration answer_interval = std::chrono::milliseconds{500};
};

// The newest `at_most` of what lies above `got`: drawing begins above the answer.
Seq draw_from(Seq got, Seq head, std::size_t at_most);
// Where a conversation begins for somebody who was not told of it.
Seq joined_at(const UserConversation& own);

class CatchUp {
 public:
  struct Rooms {
    MessageApi& messages;
    ConversationApi& conversations;
    SessionTable& sessions;
    Delivery& delivery;
    ReadMarks& reads;
    const RefusedSends& refusals;
    Tails& tails;
    Timers& timers;
    Gate& gate;
  };
  // `outbox_bytes_high`: as OutboxRoom wants it.
  CatchUp(Rooms rooms, CatchUpLimits limits, std::size_t outbox_bytes_high)
      : rooms_{rooms}, limits_{limits}, room_{rooms.sessions, outbox_bytes_high} {}
  void use(net::Server& server) { room_.use(server); }

  // Before the socket opens: places a followed session in each of its conversations.
  Task<Result<void>> place(ConnectionId id);
  // After `connected`: draws what is owed.
  void begin(Session& session);
  // One conversation as it is now, against what an open session was sent of it.
  void compare(Session& session, const ListedConversation& listed);
  // The client has asked for what it missed, so it is one of those that do.
  void asks_itself(Session& session);

 private:
  using Positions = std::unordered_map<ConversationId, Seq>;
  void owe(Session& session, const ConversationId& conversation, Seq got, Seq head);
  void introduce(Session& session, const ListedConversation& listed);
  Task<> place_left(ConnectionId id, Positions left);
  Session* followed(ConnectionId id) const;

  Task<> run(ConnectionId id, std::vector<std::string> unanswered);
  Task<> draw(ConnectionId id, ConversationId conversation);
  Task<std::optional<Seq>> draw_page(ConnectionId id, ConversationId conversation);
  Task<> answer_known(ConnectionId id, std::vector<std::string> unanswered);
  Task<> answer_rest(ConnectionId id, std::vector<std::string> unanswered);

  Rooms rooms_;
  CatchUpLimits limits_;
  OutboxRoom room_;
};

}  // namespace gochat::gateway

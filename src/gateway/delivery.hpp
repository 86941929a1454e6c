// Puts pushes onto sockets in order and once per connection.
//
// Records repeat and overtake each other. Per conversation a session keeps the last seq it was
// sent: no entry, send; at or below it, drop; the next one, send; later, hold and ask logic for
// what is between. Receipts take the place of the message on the socket that sent it and are never
// dropped.
//
// A followed socket may owe a stretch of history: until that is drawn, what is newer is held.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "async/gate.hpp"
#include "async/timer.hpp"
#include "gateway/dialect.hpp"
#include "gateway/read_marks.hpp"
#include "gateway/session_table.hpp"
#include "net/server.hpp"
#include "ports/logic_api.hpp"

namespace gochat::gateway {

struct DeliveryLimits {
  std::size_t held_bytes_max =
      1024 * 1024;                // per socket; above: closed with 1013, the client pulls
  std::size_t entries_max = 128;  // of a socket that syncs itself; the oldest go first
  Duration fill_retry = std::chrono::milliseconds{200};
};

struct DeliveryCounts {
  std::uint64_t delivered = 0;
  std::uint64_t dropped = 0;
  std::uint64_t held = 0;
  std::uint64_t filled = 0;
};

class Delivery {
 public:
  struct Rooms {
    SessionTable& sessions;
    MessageApi& messages;
    Timers& timers;
    Gate& gate;
    ReadMarks& reads;
  };
  // The server is given later: it needs its owner first.
  Delivery(Rooms rooms, DeliveryLimits limits) : rooms_{rooms}, limits_{limits} {}
  void use(net::Server& server) { server_ = &server; }

  // A frame without a place in the order; one that is empty is not sent.
  void send(Session& session, const net::EncodedFrame& frame);
  // The same, in the words of the socket's dialect.
  void say(Session& session, const protocol::ServerFrame& frame, std::string_view re = {});
  // A message's frame, or the receipt that stands for it, at its seq.
  enum class Kind : std::uint8_t { push, receipt };
  void take(Session& session, const ConversationId& conversation, Seq seq,
            const net::EncodedFrame& frame, Kind kind = Kind::push);
  // The message at `seq` is answered on this session by a receipt that comes by itself.
  void pass(Session& session, const ConversationId& conversation, Seq seq);
  // A send of this session's whose answer it still waits for, by whatever socket it went up: the
  // answer takes the message's place. Anything else is left alone.
  void take_own(Session& session, const Message& message);
  // A push for every socket of this gateway.
  void take_all(const ConversationId& conversation, Seq seq, Wording frame, ConnectionId except);
  // The session has everything up to `sent`; used when entries are loaded or a conversation begins.
  void stand_at(Session& session, const ConversationId& conversation, Seq sent);
  // The session is known to have read up to `got`; what is between there and `head` is to be drawn,
  // beginning above `from`.
  void owe(Session& session, const ConversationId& conversation, Seq got, Seq from, Seq head);
  // One of these, and how far they were all drawn.
  void draw(Session& session, const ShownMessage& shown);
  void drawn(Session& session, const ConversationId& conversation, Seq up_to);
  Entry* find_entry(Session& session, const ConversationId& conversation);
  // What a session missed, while it is not ready: sent at once, and dropped from what was
  // collected.
  void catch_up(Session& session, const Message& message, const net::EncodedFrame& frame);
  // Runs what was collected while the session was not ready.
  void release(Session& session);

  const DeliveryCounts& counts() const { return counts_; }

 private:
  Entry* entry(Session& session, const ConversationId& conversation, Seq seq);
  void put(Session& session, const net::EncodedFrame& frame);
  void rise(Session& session, Entry& entry, Seq sent);
  void show(Session& session, const Message& message, Wording& frame);
  struct Held {
    Seq seq;
    const net::EncodedFrame& frame;
    Kind kind;
  };
  void hold(Session& session, const ConversationId& conversation, Entry& entry, Held held);
  void flush_held(Session& session, const ConversationId& conversation, Entry& entry);
  void want_fill(const ConversationId& conversation, ConnectionId session);
  Task<> fill(ConversationId conversation);

  Rooms rooms_;
  DeliveryLimits limits_;
  net::Server* server_ = nullptr;
  std::unordered_map<ConversationId, std::unordered_set<ConnectionId>> gaps_;
  // Reused by take_all; each dialect has its own frame.
  std::array<std::vector<net::ConnectionId>, dialects> targets_;
  DeliveryCounts counts_;
};

}  // namespace gochat::gateway

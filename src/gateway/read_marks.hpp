// Asks followed sockets how far they have read: a ping soon after what they are sent, whose pong
// says that all before it was read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "async/timer.hpp"
#include "gateway/session_table.hpp"
#include "net/server.hpp"

namespace gochat::gateway {

class ReadMarks {
 public:
  // What is sent within it shares one ping.
  static constexpr Duration gathered_max = std::chrono::milliseconds{500};

  ReadMarks(SessionTable& sessions, Timers& timers) : sessions_{sessions}, timers_{timers} {}
  void use(net::Server& server) { server_ = &server; }

  // `entry.sent` rose, whether a frame was sent for it or there is none to send.
  void moved(Session& session, Entry& entry) {
    if (!session.followed) return;
    session.followed->moved(entry);
    list(session);
  }
  void send_answered(Session& session, const std::string& client_msg_id);
  void pong(Session& session, std::uint32_t mark);

 private:
  void list(Session& session);
  void ask_listed();

  SessionTable& sessions_;
  Timers& timers_;
  net::Server* server_ = nullptr;
  std::vector<ConnectionId> listed_;
  Timer timer_;
};

}  // namespace gochat::gateway

#include "gateway/read_marks.hpp"

#include <utility>

namespace gochat::gateway {

void ReadMarks::send_answered(Session& session, const std::string& client_msg_id) {
  if (!session.followed) return;
  session.followed->sends.answered(client_msg_id);
  list(session);
}

void ReadMarks::pong(Session& session, std::uint32_t mark) {
  if (!session.followed || !session.followed->answered(mark)) return;
  if (session.followed->owes() || session.followed->sends.has_answered()) list(session);
}

void ReadMarks::list(Session& session) {
  if (std::exchange(session.followed->listed, true)) return;
  listed_.push_back(session.id);
  if (listed_.size() == 1) timer_ = timers_.after(gathered_max, [this] { ask_listed(); });
}

void ReadMarks::ask_listed() {
  for (const ConnectionId id : std::exchange(listed_, {})) {
    Session* session = sessions_.find(id);
    if (!session || !session->followed) continue;
    session->followed->listed = false;
    // A held frame may be a receipt, and then its send counts as answered: a pong that comes before
    // the frame has left would say that it was read.
    if (!session->ready || session->held_bytes > 0) {
      list(*session);
      continue;
    }
    if (const auto mark = session->followed->ask()) server_->ping(session->socket, *mark);
  }
}

}  // namespace gochat::gateway

#include "gateway/refused_sends.hpp"

namespace gochat::gateway {

void RefusedSends::closed(const Session& session) {
  if (!session.followed || session.followed->sends.open().empty()) return;
  if (!gone_.emplace(session.id, session.caller.session).second) return;
  gone_order_.push_back(session.id);
  if (gone_order_.size() <= kept_max) return;
  gone_.erase(gone_order_.front());
  gone_order_.pop_front();
}

void RefusedSends::refused(const protocol::Receipt& receipt, const Session* session) {
  SessionId sign_in;
  if (session) {
    if (!session->followed) return;  // it asks for its answers itself
    sign_in = session->caller.session;
  } else {
    const auto gone = gone_.find(receipt.connection);
    if (gone == gone_.end()) return;
    sign_in = gone->second;
  }
  Key key{receipt.client_msg_id, sign_in};
  const Error refusal = gochat::refused(receipt.code, receipt.hint);
  if (!refusals_.insert_or_assign(key, refusal).second) return;
  refusal_order_.push_back(std::move(key));
  if (refusal_order_.size() <= kept_max) return;
  refusals_.erase(refusal_order_.front());
  refusal_order_.pop_front();
}

// Its place in the order stays behind, and takes at most a later refusal of the same along.
void RefusedSends::begun(const Session& session, const std::string& client_msg_id) {
  refusals_.erase({client_msg_id, session.caller.session});
}

std::optional<Error> RefusedSends::find(const Session& heir,
                                        const std::string& client_msg_id) const {
  const auto at = refusals_.find({client_msg_id, heir.caller.session});
  if (at == refusals_.end()) return std::nullopt;
  return at->second;
}

}  // namespace gochat::gateway

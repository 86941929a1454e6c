// Sends that were refused when their socket may have been dead already: the next socket of the same
// sign-in, which inherits them unanswered, is told the refusal. Kept in memory: after a restart it
// is told that the send is not known to be stored.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "gateway/session.hpp"
#include "protocol/records.hpp"

namespace gochat::gateway {

class RefusedSends {
 public:
  static constexpr std::size_t kept_max = 10'000;  // of each kind; above, the oldest is forgotten

  // A socket ends, and receipts that name it may be on their way.
  void closed(const Session& session);
  // `session`: the receipt's, if it is still there; it may be dead without our knowing.
  void refused(const protocol::Receipt& receipt, const Session* session);
  // The client sends it again: what comes is another answer.
  void begun(const Session& session, const std::string& client_msg_id);
  std::optional<Error> find(const Session& heir, const std::string& client_msg_id) const;

 private:
  // The id first: it differs more.
  using Key = std::pair<std::string, SessionId>;
  struct Hash {
    std::size_t operator()(const Key& key) const { return std::hash<std::string>{}(key.first); }
  };

  std::unordered_map<ConnectionId, SessionId> gone_;
  std::deque<ConnectionId> gone_order_;
  std::unordered_map<Key, Error, Hash> refusals_;
  std::deque<Key> refusal_order_;
};

}  // namespace gochat::gateway

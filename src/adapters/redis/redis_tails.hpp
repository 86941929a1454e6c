#pragma once

#include "adapters/redis/client.hpp"
#include "ports/tail_store.hpp"

namespace gochat::redis {

struct TailLimits {
  // How long a session's tails lie there after the last one was saved.
  Duration kept = std::chrono::minutes{10};
};

// session_tail:<sid> is a hash with a field per connection. Lives on one loop.
class RedisTails final : public TailStore {
 public:
  explicit RedisTails(Client& client, TailLimits limits = {}) : client_{client}, limits_{limits} {}

  Task<Result<void>> save(std::vector<SessionTail> tails, WallTime at) override;
  Task<Result<std::optional<SessionTail>>> inherit(Inheritance inheritance) override;
  Task<Result<void>> forget(SessionId session, ConnectionId connection) override;
  // Sessions whose tails have all expired are gone by themselves; this is for sockets that ended
  // while another one of their session went on. It looks at every session that has tails.
  Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) override;

 private:
  Key key_of(SessionId session) const {
    return client_.keys().make("session_tail:", session.text());
  }

  Client& client_;
  const TailLimits limits_;
};

}  // namespace gochat::redis

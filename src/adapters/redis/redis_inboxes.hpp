#pragma once

#include "adapters/redis/client.hpp"
#include "ports/inbox_store.hpp"

namespace gochat::redis {

// im:inbox:<user> is a sorted set of "<conversation>:<seq in twenty digits>" by the time at which
// it was stored, in milliseconds, and of the member "kept" above all, without which nobody filled
// it. Lives on one loop.
class RedisInboxes final : public InboxStore {
 public:
  explicit RedisInboxes(Client& client) : client_{client} {}

  Task<Result<void>> add(std::vector<InboxAddition> additions) override;
  Task<Result<std::optional<std::vector<InboxEntry>>>> read(UserId user,
                                                            WallTime not_before) override;
  Task<Result<void>> fill(UserId user, std::vector<InboxEntry> entries) override;

 private:
  Key key_of(UserId user) const { return client_.keys().make("im:inbox:", user.text()); }

  Client& client_;
};

}  // namespace gochat::redis

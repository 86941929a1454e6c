// The suites of the stores that belong to people and not to conversations.
#pragma once

#include "contract/stores.hpp"

namespace gochat::contract {

class UserStoreContract : public StoreContract {
 protected:
  NewUser fresh(std::int64_t id, const std::string& name);
};

class SessionStoreContract : public StoreContract {
 protected:
  void prepare() override { ann_ = person(); }
  Session fresh(std::int64_t id, UserId user);
  SessionId sign_in(std::int64_t id, UserId user);
  Session session(SessionId id) { return get(stores().sessions().find(id)); }
  std::size_t revoke(RevokeQuery query) { return get(stores().sessions().revoke(query, now())); }
  RevokedPage revoked_since(std::uint64_t cursor, std::size_t limit = 100) {
    return get(stores().sessions().revoked_since(cursor, limit));
  }

  UserId ann_;
};

class RelationStoreContract : public StoreContract {};

class IdempotencyStoreContract : public StoreContract {
 protected:
  std::optional<std::string> begin(const IdempotencyKey& key, WallTime at) {
    return get(stores().keys().begin(key, at));
  }
};

class TailStoreContract : public StoreContract {
 protected:
  SessionTail tail(std::int64_t connection, std::uint64_t got);
  void save(std::vector<SessionTail> tails, WallTime at) {
    get(stores().tails().save(std::move(tails), at));
  }
  // What socket `heir` inherits while the sockets of `open` are there.
  std::optional<SessionTail> inherit(std::int64_t heir, std::vector<ConnectionId> open = {});

  static constexpr SessionId session_{900};
};

}  // namespace gochat::contract

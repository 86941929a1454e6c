#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/membership.hpp"

namespace gochat {

// Everybody who is or was in a conversation, at a version. Shared and immutable: a newer version is
// a new array.
struct MemberList {
  MemberVersion version;
  std::vector<Membership> rows;  // by user id
  const Membership* find(UserId user) const;
};

// Reads groups and their members; ConversationLog writes them.
// Ordering: as MessageStore. Idempotency: reads change nothing. Errors: `not_found`, `unavailable`.
// Cancellation: free at any time.
class GroupStore {
 public:
  virtual ~GroupStore() = default;
  virtual Task<Result<Group>> find(GroupId id) = 0;
  virtual Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) = 0;
  virtual Task<Result<std::optional<Membership>>> member(GroupId id, UserId user) = 0;
  // By id, at most `limit`, after the id `after`; disbanded ones are gone.
  virtual Task<Result<std::vector<Group>>> list(GroupId after, std::size_t limit) = 0;
};

}  // namespace gochat

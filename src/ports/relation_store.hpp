#pragma once

#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

// Friendships (both ways at once) and blocks (one way).
// Ordering: what was answered is seen by every read that starts afterwards; a block or unblock
// raises the member_version of the pair's single conversation in the same transaction. Idempotency:
// `conflict` for friends already; blocking twice is blocking once. Errors: `unavailable`,
// `timeout`. Cancellation: a write that was started is carried out.
class RelationStore {
 public:
  virtual ~RelationStore() = default;
  virtual Task<Result<void>> add_friendship(UserId a, UserId b, WallTime at) = 0;
  virtual Task<Result<bool>> remove_friendship(UserId a, UserId b) = 0;
  virtual Task<Result<std::vector<UserId>>> friends(UserId user) = 0;
  virtual Task<Result<void>> set_block(UserId by, UserId user, bool on, WallTime at) = 0;
  virtual Task<Result<std::vector<UserId>>> blocks(UserId by) = 0;
  // Whether either blocks the other.
  virtual Task<Result<bool>> blocked_between(UserId a, UserId b) = 0;
};

}  // namespace gochat

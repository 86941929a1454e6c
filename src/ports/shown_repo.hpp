#pragma once

#include <memory>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/user.hpp"
#include "ports/group_store.hpp"

namespace gochat {

// What is shown of people and groups, perhaps from a copy: up to date once a change was answered,
// unless the copies could not be told of it, and then for a while as it was before. So it never
// decides who may do, or read, what. Ordering: none. Idempotency: reads change nothing. Errors: as
// of the stores. Cancellation: free at any time.
class ShownRepo {
 public:
  virtual ~ShownRepo() = default;
  // Missing ones are left out; any order.
  virtual Task<Result<std::vector<User>>> people(std::vector<UserId> ids) = 0;
  virtual Task<Result<Group>> group(GroupId id) = 0;
  virtual Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) = 0;
};

}  // namespace gochat

#include "ports/group_store.hpp"

#include <algorithm>

namespace gochat {

const Membership* MemberList::find(UserId user) const {
  const auto at = std::ranges::lower_bound(rows, user, {}, &Membership::user);
  return at != rows.end() && at->user == user ? &*at : nullptr;
}

}  // namespace gochat

#pragma once

#include <optional>
#include <vector>

#include "ports/conversation_store.hpp"

namespace gochat {

// The list of ConversationStore for somebody who remembers of what it consists, with less search
// for it. Ordering, idempotency, errors, cancellation: as ConversationStore.
class KnownList {
 public:
  virtual ~KnownList() = default;
  // All that the user has or has left, without world, in any order, if these are all: else none.
  virtual Task<Result<std::optional<std::vector<UserConversation>>>> list_known(
      UserId user, std::vector<ConversationId> ids) = 0;
};

}  // namespace gochat

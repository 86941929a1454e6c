#pragma once

#include <string>
#include <string_view>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/message.hpp"

namespace gochat {

// Told of every message outside the world room, as it is by then, words and all: an archive, a
// moderator.
// Ordering: the messages of one conversation come in their order, unless one was given up.
// Idempotency: owed; a message comes again after a failure or a crash, and its id is what it is
// known by. Errors: as PushSender's. Cancellation: what was begun may arrive.
class MessageHook {
 public:
  virtual ~MessageHook() = default;
  // What it is there for, as `hooks.<kind>_url` names it.
  virtual std::string_view kind() const = 0;
  virtual Task<Result<void>> tell(Message message, std::string sender_name) = 0;
};

}  // namespace gochat

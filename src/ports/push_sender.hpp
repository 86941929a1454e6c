#pragma once

#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/message.hpp"

namespace gochat {

struct PushNote {
  Message message;
  std::string sender_name;
  std::vector<UserId> to;  // none of them has a connection; at most `receivers_max`
};

// Reaches people through what they carry while no connection of theirs is open.
// Ordering: none. Idempotency: owed: a note comes again after a failure in part or a crash, and the
// message's id with the receiver is what it is known by. Errors: retryable ones bring the note
// again after a back-off, any other gives it up for good. Cancellation: a push that was begun may
// arrive.
class PushSender {
 public:
  static constexpr std::size_t receivers_max = 100;
  virtual ~PushSender() = default;
  virtual Task<Result<void>> push(PushNote note) = 0;
};

}  // namespace gochat

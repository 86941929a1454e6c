#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

namespace limits {
// How far back a conversation is kept ready: whichever is less.
inline constexpr std::size_t hot_messages_max = 300;
inline constexpr std::chrono::hours hot_messages_age_max{7 * 24};
}  // namespace limits

struct HotMessage {
  Seq seq;
  std::string text;
  bool operator==(const HotMessage&) const = default;
};

// As they were at one moment.
struct HotPage {
  std::optional<HotMessage> newest;  // of all that are kept
  std::vector<HotMessage> messages;  // ascending
};

// The newest messages of a conversation, written along when they are stored, so that a first page
// needs no database. A copy that may vanish at any moment, lack a message or hold what one said
// before: whoever reads it serves it only when it has no gap and its newest is the one that the
// database names. Ordering: of two texts of one seq the one put later stays. Idempotency: all
// calls. Errors: `unavailable`; what was to be put may be missing then. Cancellation: free at any
// time.
class HotMessages {
 public:
  virtual ~HotMessages() = default;
  // All at once; each takes the place of what had its seq. The newest
  // limits::hot_messages_max stay.
  virtual Task<Result<void>> put(ConversationId conversation, std::vector<HotMessage> messages) = 0;
  // The newest ones that lie below.
  virtual Task<Result<HotPage>> below(ConversationId conversation, Seq end, std::size_t limit) = 0;
  virtual Task<Result<void>> drop(ConversationId conversation) = 0;
};

}  // namespace gochat

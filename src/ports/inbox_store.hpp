#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

namespace limits {
// How far back an inbox reaches: whichever is less.
inline constexpr std::size_t inbox_entries_max = 1'000;
inline constexpr std::chrono::hours inbox_age_max{7 * 24};
}  // namespace limits

// Where a message of a single chat stands, and when it was stored.
struct InboxEntry {
  ConversationId conversation;
  Seq seq;
  WallTime at;
  bool operator==(const InboxEntry&) const = default;
};

// One message, in the inboxes of those who can read it.
struct InboxAddition {
  std::vector<UserId> users;
  InboxEntry entry;
};

// References to the newest messages of each person's single chats, written once per receiver so
// that one read tells somebody who comes back what they missed. A copy that may vanish at any
// moment, or miss an addition: whoever reads it compares it with the heads of the conversations and
// fills it anew. Ordering: additions of one conversation are kept in the order in which they were
// made. Idempotency: an entry that is there is not added again. Errors: `unavailable`; what was to
// be added may be missing then. Cancellation: free at any time.
class InboxStore {
 public:
  virtual ~InboxStore() = default;
  // To the inboxes that are kept; the first reader of any other one fills it.
  virtual Task<Result<void>> add(std::vector<InboxAddition> additions) = 0;
  // The entries of an inbox that are not older than this, each conversation's ascending; none: it
  // is not kept.
  virtual Task<Result<std::optional<std::vector<InboxEntry>>>> read(UserId user,
                                                                    WallTime not_before) = 0;
  // Replaces what is kept. Of more than limits::inbox_entries_max the last ones are.
  virtual Task<Result<void>> fill(UserId user, std::vector<InboxEntry> entries) = 0;
};

}  // namespace gochat

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/conversation.hpp"
#include "domain/message.hpp"

namespace gochat {

// Which part of a conversation: ascending from `after`, or the newest below `before` (none: below
// the head).
struct PageQuery {
  ConversationId conversation;
  std::optional<Seq> after;
  std::optional<Seq> before;
  std::size_t limit = 50;
  std::size_t bytes_max = 256 * 1024;
};

struct SeqRange {
  Seq from;
  Seq to;
  bool operator==(const SeqRange&) const = default;
};

// Always ascending. [from_seq, up_to_seq] is what the page is complete for: every seq in it is a
// message here or lies in `voids`. A page that was asked for with `before` is cut at its low end.
struct MessagePage {
  std::vector<Message> messages;
  Seq from_seq;
  Seq up_to_seq;
  bool has_more = false;
  std::vector<SeqRange> voids;
  Seq last_seq;  // the head in the same view
  EventNo last_event_no;
};

// Reads messages and events; ConversationLog writes them. Answers do not depend on who asks: logic
// decides what a caller may see. Ordering: one call sees one state; a later call sees it or a later
// one, and what append has answered is seen by every read that starts afterwards. Idempotency:
// reads change nothing. Errors: `not_found` for an unknown conversation or message; `unavailable`
// when the store cannot answer; damage on the disk is `internal` with the place in its detail,
// never a wrong row. Cancellation: free at any time.
class MessageStore {
 public:
  virtual ~MessageStore() = default;
  virtual Task<Result<MessagePage>> page(PageQuery query) = 0;
  virtual Task<Result<Message>> find(MessageId id) = 0;
  // Rows of a sender by client id; used to answer what became of unanswered sends.
  virtual Task<Result<std::optional<Message>>> find_sent(UserId sender,
                                                         std::string client_msg_id) = 0;
  // Ascending from `after`, at most `limit`.
  virtual Task<Result<std::vector<ConversationEvent>>> events(ConversationId conversation,
                                                              EventNo after, std::size_t limit) = 0;
};

}  // namespace gochat

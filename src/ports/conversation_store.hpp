#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/conversation.hpp"
#include "domain/membership.hpp"
#include "domain/read_position.hpp"

namespace gochat {

// A conversation as one user has it.
struct UserConversation {
  Conversation head;
  ReadPosition position;
  // Groups: the user's row (left ones too) and the group. Singles and world: none.
  std::optional<Membership> membership;
  std::optional<Group> group;

  bool left() const { return membership && !membership->present(); }
  // What exists for this user: the head, or where they left.
  Seq last_seq() const { return left() ? *membership->left_seq : head.last_seq; }
  EventNo last_event_no() const { return left() ? membership->left_event_no : head.last_event_no; }
  std::uint64_t unread() const { return position.unread(last_seq()); }
};

struct UserMark {
  UserId user;
  std::uint64_t sum =
      0;  // of last_seq + last_event_no over the user's conversations, world left out
};

// Reads heads, positions and who has which conversation; ConversationLog writes them.
// Ordering: as MessageStore: what was answered is seen by every read that starts afterwards.
// Idempotency: reads change nothing. Errors: `not_found` where one thing is asked for and missing;
// `unavailable`. Cancellation: free at any time.
class ConversationStore {
 public:
  virtual ~ConversationStore() = default;
  virtual Task<Result<Conversation>> find(ConversationId id) = 0;
  // One as `user` has it; a conversation that the user never had is `not_found`. World is
  // everyone's.
  virtual Task<Result<UserConversation>> find_for(UserId user, ConversationId id) = 0;
  // All that the user has or has left, without world, in any order. The number of reads does not
  // grow with the number of conversations.
  virtual Task<Result<std::vector<UserConversation>>> list_for(UserId user) = 0;
  // The same pair's conversation under whichever id it has.
  virtual Task<Result<std::optional<Conversation>>> find_single(UserId a, UserId b) = 0;
  virtual Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) = 0;
  // What this session acknowledged, by conversation.
  virtual Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(
      SessionId session) = 0;
};

}  // namespace gochat

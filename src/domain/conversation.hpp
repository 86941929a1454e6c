// Conversations of the three kinds, their heads and their events.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

enum class ConversationKind : std::uint8_t { single = 1, group = 2, world = 3 };

// The head: what a list shows and what a reader compares its cursor with.
struct Conversation {
  ConversationId id;
  ConversationKind kind = ConversationKind::single;
  UserId user_lo;  // single: the pair, which is checked on use, because the id is only a hash of it
  UserId user_hi;
  GroupId group;
  Seq last_seq;
  EventNo last_event_no;
  MemberVersion member_version;
  MessageId last_message_id;
  UserId last_sender;
  std::string last_preview;  // first 100 code points, empty after a recall
  WallTime last_message_at;
  WallTime created_at;

  UserId peer_of(UserId user) const { return user == user_lo ? user_hi : user_lo; }
  bool is_pair_member(UserId user) const { return user == user_lo || user == user_hi; }
};

enum class EventKind : std::uint8_t {
  join = 1,
  leave,
  kick,
  role,
  mute,
  transfer,
  disband,
  recall,
  settings,
};

// Something that happened between two messages. Dense numbers of their own, so that a gap is seen.
struct ConversationEvent {
  ConversationId conversation;
  EventNo no;
  Seq at_seq;  // happened after this message
  EventKind kind = EventKind::join;
  UserId actor;
  std::int64_t subject = 0;   // the user, or for a recall the message id
  std::int64_t argument = 0;  // role: the new role; mute: until (ms); recall: the seq
  WallTime at;
};

inline const ConversationId world_id{"world"};

// md5 over "min_max" in decimal, 16 hex digits. The pair decides membership; on a clash of two
// pairs the second one takes all 32 digits.
ConversationId single_id(UserId a, UserId b);
ConversationId single_id_after_clash(UserId a, UserId b);
ConversationId group_conversation_id(GroupId group);
std::optional<GroupId> group_of(const ConversationId& id);
// Shape only: whether it exists is the store's answer.
Result<ConversationId> parse_conversation_id(std::string_view text);
std::optional<ConversationKind> kind_of(const ConversationId& id);
std::string_view kind_name(ConversationKind kind);
std::string_view event_name(EventKind kind);

}  // namespace gochat

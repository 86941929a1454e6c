// Where a conversation stands in a list: the world room, then what was talked in last.
#pragma once

#include "domain/conversation.hpp"

namespace gochat {

struct ListPlace {
  bool world = false;
  WallTime moved;  // the last message, or the beginning
  ConversationId id;

  bool operator==(const ListPlace&) const = default;
};

ListPlace list_place(const Conversation& head);
// Further up in the list. No two conversations share a place.
bool stands_before(const ListPlace& a, const ListPlace& b);

}  // namespace gochat

#include "domain/list_place.hpp"

#include <algorithm>

namespace gochat {

ListPlace list_place(const Conversation& head) {
  return {head.kind == ConversationKind::world, std::max(head.last_message_at, head.created_at),
          head.id};
}

bool stands_before(const ListPlace& a, const ListPlace& b) {
  if (a.world != b.world) return a.world;
  if (a.moved != b.moved) return a.moved > b.moved;
  return a.id < b.id;
}

}  // namespace gochat

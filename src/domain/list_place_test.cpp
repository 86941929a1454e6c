#include "domain/list_place.hpp"

#include <gtest/gtest.h>

namespace gochat {
namespace {

ListPlace place(const char* id, std::int64_t created, std::int64_t talked,
                ConversationKind kind = ConversationKind::group) {
  Conversation head;
  head.id = ConversationId{id};
  head.kind = kind;
  head.created_at = wall_time(created);
  head.last_message_at = wall_time(talked);
  return list_place(head);
}

TEST(ListPlace, the_world_room_stands_first_however_quiet_it_is) {
  const auto world = place("world", 1, 0, ConversationKind::world);
  EXPECT_TRUE(stands_before(world, place("group_1", 5, 9)));
  EXPECT_FALSE(stands_before(place("group_1", 5, 9), world));
}

TEST(ListPlace, then_what_moved_last_be_it_talked_in_or_begun) {
  EXPECT_TRUE(stands_before(place("group_1", 1, 9), place("group_2", 8, 0)));
  EXPECT_TRUE(stands_before(place("group_2", 8, 0), place("group_3", 1, 7)));
}

TEST(ListPlace, equal_times_are_told_apart_by_id) {
  const auto first = place("group_1", 1, 9);
  EXPECT_TRUE(stands_before(first, place("group_2", 1, 9)));
  EXPECT_FALSE(stands_before(place("group_2", 1, 9), first));
  EXPECT_FALSE(stands_before(first, first));
}

}  // namespace
}  // namespace gochat

#include "domain/conversation.hpp"

#include <gtest/gtest.h>

namespace gochat {
namespace {

TEST(SingleId, is_fixed_by_the_pair) {
  EXPECT_EQ(single_id(UserId{1}, UserId{2}).text(), "single_ab35e84a215f0f71");
  EXPECT_EQ(single_id(UserId{100}, UserId{200}).text(), "single_09bbb9ea8f924b0a");
  EXPECT_EQ(single_id(UserId{7'301'444'403'200'000'001}, UserId{7'301'444'403'200'000'002}).text(),
            "single_e9e23a26a285def6");
}

TEST(SingleId, does_not_depend_on_who_asks) {
  EXPECT_EQ(single_id(UserId{100}, UserId{200}), single_id(UserId{200}, UserId{100}));
}

TEST(SingleId, orders_the_pair_as_numbers_not_as_text) {
  // As text "10" comes before "9".
  EXPECT_EQ(single_id(UserId{10}, UserId{9}).text(), "single_8b210d3ba32bba15");
}

TEST(SingleId, takes_all_digits_after_a_clash) {
  const auto id = single_id_after_clash(UserId{2}, UserId{1});
  EXPECT_EQ(id.text(), "single_ab35e84a215f0f711ed629c2abb9efa0");
  EXPECT_EQ(kind_of(id), ConversationKind::single);
}

TEST(ConversationId, of_each_kind_is_parsed_to_itself) {
  for (const auto& id :
       {single_id(UserId{3}, UserId{4}), single_id_after_clash(UserId{3}, UserId{4}),
        group_conversation_id(GroupId{9'223'372'036'854'775'807}), world_id}) {
    const auto parsed = parse_conversation_id(id.text());
    ASSERT_TRUE(parsed.ok()) << id.text();
    EXPECT_EQ(*parsed, id);
  }
}

TEST(ConversationId, has_one_spelling) {
  for (const std::string bad : {"",
                                "conv_123",
                                "World",
                                "world ",
                                "world\n",
                                "single_",
                                "single_7d2ff9f4c2edd9e",
                                "single_7d2ff9f4c2edd9e30",
                                "single_7D2FF9F4C2EDD9E3",
                                "single_7d2ff9f4c2edd9eg",
                                "group_",
                                "group_0",
                                "group_01",
                                "group_-1",
                                "group_+1",
                                "group_1 ",
                                "group_9223372036854775808",
                                "group_1x",
                                "GROUP_1",
                                "group_99999999999999999999999999999999"}) {
    EXPECT_EQ(parse_conversation_id(bad).code(), ErrorCode::invalid_params) << bad;
    EXPECT_FALSE(kind_of(ConversationId{bad})) << bad;
  }
  EXPECT_FALSE(parse_conversation_id(std::string_view("world\0", 6)).ok());
}

TEST(ConversationId, of_a_group_names_the_group) {
  EXPECT_EQ(group_of(group_conversation_id(GroupId{42})), GroupId{42});
  EXPECT_FALSE(group_of(world_id));
  EXPECT_FALSE(group_of(ConversationId{"group_x"}));
}

TEST(ConversationKind, has_a_name) {
  EXPECT_EQ(kind_name(*kind_of(single_id(UserId{1}, UserId{2}))), "single");
  EXPECT_EQ(kind_name(*kind_of(group_conversation_id(GroupId{1}))), "group");
  EXPECT_EQ(kind_name(*kind_of(world_id)), "world");
}

TEST(EventKind, has_a_name) {
  EXPECT_EQ(event_name(EventKind::join), "join");
  EXPECT_EQ(event_name(EventKind::transfer), "transfer");
  EXPECT_EQ(event_name(EventKind::settings), "settings");
}

TEST(Conversation, of_a_pair_knows_both) {
  Conversation c;
  c.user_lo = UserId{1};
  c.user_hi = UserId{2};
  EXPECT_EQ(c.peer_of(UserId{1}), UserId{2});
  EXPECT_EQ(c.peer_of(UserId{2}), UserId{1});
  EXPECT_TRUE(c.is_pair_member(UserId{2}));
  EXPECT_FALSE(c.is_pair_member(UserId{3}));
}

}  // namespace
}  // namespace gochat

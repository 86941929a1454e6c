// What strangers, guests and former members get to know: one answer for what is absent and what is
// not theirs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic::testing {
namespace {

using ::testing::IsEmpty;

class RightsTest : public ::testing::Test {
 protected:
  RightsTest() {
    ground.history.row(room, alice).role = Role::owner;
    ground.history.row(room, former).left_seq = Seq{0};
    ground.history.world();
  }
  Caller as(UserId user) const { return {user, SessionId{1}, false}; }
  Caller as_guest(UserId user) const { return {user, SessionId{1}, true}; }
  template <class T>
  ErrorCode code(Task<Result<T>> task) {
    return ground.run(std::move(task)).code();
  }
  // Everything that one can do with a group, by name.
  std::vector<std::pair<std::string, ErrorCode>> all_of_group(Caller who, GroupId id) {
    auto& groups = api.groups;
    return {{"info", code(groups.group_info(who, id))},
            {"edit", code(groups.edit_group(who, id, {}))},
            {"disband", code(groups.disband(who, id))},
            {"leave", code(groups.leave(who, id))},
            {"members", code(groups.members(who, id, UserId{}, 10))},
            {"add", code(groups.add_members(who, id, {carol}))},
            {"remove", code(groups.remove_member(who, id, bob))},
            {"role", code(groups.set_role(who, id, bob, Role::admin))},
            {"mute", code(groups.mute(who, id, bob, WallTime{}))},
            {"transfer", code(groups.transfer(who, id, bob))}};
  }

  Ground ground;
  UserId alice = ground.users.add(1, "alice");
  UserId bob = ground.users.add(2, "bobby");
  UserId carol = ground.users.add(3, "carol");
  UserId former = ground.users.add(4, "former");
  FakeHistory::Room& room = ground.history.group(9, {alice, bob, former});
  const GroupId group{9};
  Logic logic{ground.needs(), {}};
  LogicApi api = logic.api();
};

TEST_F(RightsTest, a_stranger_cannot_tell_a_group_from_none) {
  for (const auto& [name, answer] : all_of_group(as(carol), group)) {
    EXPECT_EQ(answer, ErrorCode::not_found) << name;
  }
  for (const auto& [name, answer] : all_of_group(as(carol), GroupId{404})) {
    EXPECT_EQ(answer, ErrorCode::not_found) << name;
  }
  EXPECT_THAT(ground.history.batches, IsEmpty());
}

TEST_F(RightsTest, a_former_member_is_told_that_they_are_one) {
  for (const auto& [name, answer] : all_of_group(as(former), group)) {
    EXPECT_EQ(answer, ErrorCode::not_a_member) << name;
  }
  EXPECT_THAT(ground.history.batches, IsEmpty());
}

TEST_F(RightsTest, a_member_gets_through_to_the_log) {
  for (const auto& [name, answer] : all_of_group(as(bob), group)) {
    EXPECT_EQ(answer, ErrorCode::ok) << name;
  }
}

TEST_F(RightsTest, an_invitation_only_group_does_not_show_itself_at_its_door) {
  ground.history.on_change = [](const Change&) {
    return refused(ErrorCode::forbidden, "this group is joined by invitation");
  };
  EXPECT_EQ(code(api.groups.join(as(carol), group)), ErrorCode::not_found);
  EXPECT_EQ(code(api.groups.join(as(former), group)), ErrorCode::forbidden);
}

TEST_F(RightsTest, positions_and_settings_of_others_conversations_are_not_found) {
  ground.history.on_change = [](const Change&) {
    return refused(ErrorCode::not_a_member, "you are not in this conversation");
  };
  const auto id = room.head.id;
  auto& conversations = api.conversations;
  EXPECT_EQ(code(conversations.mark_read(as(carol), id, std::nullopt)), ErrorCode::not_found);
  EXPECT_EQ(code(conversations.acknowledge(as(carol), id, Seq{1})), ErrorCode::not_found);
  EXPECT_EQ(code(conversations.typing(as(carol), id, true)), ErrorCode::not_found);
  EXPECT_EQ(code(conversations.get(as(carol), id)), ErrorCode::not_found);
  EXPECT_EQ(code(conversations.edit(as(carol), id, {true, {}, {}, {}})), ErrorCode::not_found);
  EXPECT_EQ(code(conversations.typing(as(former), id, true)), ErrorCode::not_a_member);
  EXPECT_EQ(code(conversations.mark_read(as(former), id, std::nullopt)), ErrorCode::not_a_member);
}

TEST_F(RightsTest, nobody_hears_even_the_first_words_of_what_is_not_theirs) {
  room.head.last_seq = Seq{5};
  room.head.last_preview = "secret";
  room.group.member_count = 2;
  ground.history.row(room, former).left_seq = Seq{4};
  ground.history.row(room, bob).join_seq = Seq{5};
  const auto seen_by = [&](UserId user) {
    return ground.run(api.conversations.get(as(user), room.head.id))->conversation;
  };
  EXPECT_EQ(seen_by(alice).head.last_preview, "secret");
  EXPECT_EQ(seen_by(bob).head.last_preview, "");
  EXPECT_EQ(seen_by(bob).group->member_count, 2U);
  EXPECT_EQ(seen_by(former).head.last_preview, "");
  EXPECT_EQ(seen_by(former).group->member_count, 0U);
  room.group.history_visible = true;
  EXPECT_EQ(seen_by(bob).head.last_preview, "secret");
  EXPECT_EQ(seen_by(former).head.last_preview, "");
}

TEST_F(RightsTest, a_group_that_hides_and_none_are_told_in_the_same_words) {
  ground.history.on_change = [](const Change&) {
    return refused(ErrorCode::forbidden, "this group is joined by invitation");
  };
  const auto hidden = ground.run(api.groups.join(as(carol), group));
  ground.history.on_change = [](const Change&) {
    return refused(ErrorCode::not_found, "this conversation does not exist");
  };
  const auto absent = ground.run(api.groups.join(as(carol), GroupId{404}));
  EXPECT_EQ(hidden.error().hint, absent.error().hint);
}

TEST_F(RightsTest, guests_have_the_world_room_and_answer_what_others_opened) {
  const auto guest = as_guest(carol);
  ground.users.rows[carol].is_guest = true;
  EXPECT_EQ(code(api.people.add_friend(guest, alice)), ErrorCode::forbidden);
  EXPECT_EQ(code(api.people.friends(guest)), ErrorCode::forbidden);
  EXPECT_EQ(code(api.people.search(guest, "al", UserId{}, 10)), ErrorCode::forbidden);
  EXPECT_EQ(code(api.people.set_block(guest, alice, true)), ErrorCode::forbidden);
  EXPECT_EQ(code(api.groups.create(guest, {.name = "g"})), ErrorCode::forbidden);
  EXPECT_EQ(code(api.groups.join(guest, group)), ErrorCode::forbidden);
  EXPECT_EQ(code(api.conversations.open_single(guest, alice)), ErrorCode::forbidden);
  EXPECT_EQ(code(api.conversations.get(guest, world_id)), ErrorCode::ok);
  ground.history.single(alice, carol);
  EXPECT_EQ(code(api.conversations.open_single(guest, alice)), ErrorCode::ok);
}

TEST_F(RightsTest, the_world_room_is_gone_where_it_is_switched_off) {
  Options options;
  options.world = false;
  Logic closed{ground.needs(), options};
  EXPECT_EQ(code(closed.api().conversations.get(as(alice), world_id)), ErrorCode::not_found);
  for (const auto& one : *ground.run(closed.api().conversations.list(as(alice)))) {
    EXPECT_NE(one.conversation.head.id, world_id);
  }
}

TEST_F(RightsTest, members_of_a_new_group_must_exist_and_be_no_guests) {
  ground.users.rows[bob].is_guest = true;
  const auto absent =
      ground.run(api.groups.create(as(alice), {.name = "g", .members = {UserId{77}}}));
  ASSERT_EQ(absent.code(), ErrorCode::invalid_params);
  EXPECT_THAT(absent.error().hint, ::testing::HasSubstr("77"));
  const auto guest = ground.run(api.groups.create(as(alice), {.name = "g", .members = {bob}}));
  ASSERT_EQ(guest.code(), ErrorCode::invalid_params);
  EXPECT_THAT(guest.error().hint, ::testing::HasSubstr("2 is a guest"));
  EXPECT_THAT(ground.history.batches, IsEmpty());
}

TEST_F(RightsTest, a_group_has_a_name_and_no_more_members_than_it_may) {
  const auto create = [&](NewGroup wanted) {
    return code(api.groups.create(as(alice), std::move(wanted)));
  };
  EXPECT_EQ(create({.name = " "}), ErrorCode::invalid_params);
  EXPECT_EQ(create({.name = std::string(51, 'n')}), ErrorCode::invalid_params);
  EXPECT_EQ(create({.name = "g", .avatar = "javascript:alert(1)"}), ErrorCode::invalid_params);
  EXPECT_EQ(create({.name = "g", .max_members = 0}), ErrorCode::invalid_params);
  EXPECT_EQ(create({.name = "g", .max_members = 100'001}), ErrorCode::invalid_params);
  EXPECT_EQ(create({.name = "g", .members = {bob, carol}, .max_members = 2}),
            ErrorCode::group_full);
}

TEST_F(RightsTest, others_see_no_address_of_a_person) {
  ground.users.rows[alice].email = "alice@example.org";
  EXPECT_EQ(ground.run(api.people.profile(as(alice)))->email, "alice@example.org");
  EXPECT_EQ(ground.run(api.people.user_by_name(as(alice), "alice"))->email, "alice@example.org");
  EXPECT_EQ(ground.run(api.people.user_by_name(as(bob), "alice"))->email, "");
  EXPECT_EQ(ground.run(api.people.search(as(bob), "al", UserId{}, 10))->front().email, "");
  EXPECT_EQ(ground.run(api.people.users({alice}))->front().email, "");
  for (const auto& member : *ground.run(api.groups.members(as(bob), group, UserId{}, 10))) {
    EXPECT_EQ(member.user.email, "");
  }
}

TEST_F(RightsTest, the_blocked_open_no_chat_and_the_two_stay_silent_to_each_other) {
  ground.history.single(alice, bob);
  ASSERT_EQ(code(api.people.set_block(as(alice), bob, true)), ErrorCode::ok);
  EXPECT_EQ(code(api.conversations.open_single(as(bob), alice)), ErrorCode::blocked);
  EXPECT_EQ(code(api.conversations.typing(as(bob), single_id(alice, bob), true)),
            ErrorCode::blocked);
  ASSERT_EQ(code(api.people.set_block(as(alice), bob, false)), ErrorCode::ok);
  EXPECT_EQ(code(api.conversations.open_single(as(bob), alice)), ErrorCode::ok);
}

TEST_F(RightsTest, nobody_befriends_blocks_or_chats_with_themselves_or_a_shadow) {
  EXPECT_EQ(code(api.people.add_friend(as(alice), alice)), ErrorCode::invalid_params);
  EXPECT_EQ(code(api.people.set_block(as(alice), alice, true)), ErrorCode::invalid_params);
  EXPECT_EQ(code(api.conversations.open_single(as(alice), alice)), ErrorCode::invalid_params);
  EXPECT_EQ(code(api.people.add_friend(as(alice), UserId{77})), ErrorCode::not_found);
  EXPECT_EQ(code(api.conversations.open_single(as(alice), UserId{77})), ErrorCode::not_found);
  ground.users.rows[bob].status = UserStatus::erased;
  EXPECT_EQ(code(api.people.add_friend(as(alice), bob)), ErrorCode::not_found);
  EXPECT_EQ(code(api.people.user_by_name(as(alice), "bobby")), ErrorCode::not_found);
}

}  // namespace
}  // namespace gochat::logic::testing

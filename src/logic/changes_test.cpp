#include "logic/changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic::testing {
namespace {

using protocol::ConversationPush;
using protocol::DeliveredPush;
using protocol::EventPush;
using protocol::PresencePush;
using protocol::ReadPush;
using protocol::TypingPush;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ChangesTest : public ::testing::Test {
 protected:
  ChangesTest() {
    for (const UserId user : {alice, bob, carol, dave}) ground.connect(user, "g1");
  }
  Caller as(UserId user) const { return {user, SessionId{1}, false}; }

  // What the log would answer: the events, numbered, and the head after them.
  Changed happened(FakeHistory::Room& room, EventKind kind, std::vector<UserId> subjects) {
    Changed changed;
    for (const UserId user : subjects) {
      ground.history.happen(room, kind, user);
      room.events.back().actor = alice;
      changed.events.push_back(room.events.back());
      room.head.member_version = next(room.head.member_version);
    }
    changed.head = room.head;
    changed.member_count = static_cast<std::uint32_t>(room.rows.size());
    return changed;
  }
  Membership joined(UserId user, Seq at) {
    Membership row;
    row.user = user;
    row.join_seq = at;
    return row;
  }

  Ground ground;
  UserId alice = ground.users.add(1, "alice");
  UserId bob = ground.users.add(2, "bobby");
  UserId carol = ground.users.add(3, "carol");
  UserId dave = ground.users.add(4, "dave");
  Logic logic{ground.needs(), {}};
  LogicApi api = logic.api();
};

TEST_F(ChangesTest, introduces_a_group_to_whoever_is_added_before_telling_of_it) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.say(room, alice, "before");
  ground.history.on_change = [&](const Change&) {
    room.rows.push_back(joined(carol, Seq{1}));
    room.rows.push_back(joined(dave, Seq{1}));
    return happened(room, EventKind::join, {carol, dave});
  };
  ASSERT_TRUE(ground.run(api.groups.add_members(as(alice), GroupId{9}, {carol, dave})));
  ASSERT_THAT(ground.queue.published, SizeIs(2));
  const auto& first = ground.queue.published[0].record;
  const auto& introduced = std::get<ConversationPush>(first.push);
  EXPECT_TRUE(introduced.is_new);
  EXPECT_EQ(introduced.join_seq, Seq{1});
  EXPECT_EQ(introduced.name, "group");
  EXPECT_THAT(first.recipients, ElementsAre(carol, dave));
  const auto& second = ground.queue.published[1].record;
  const auto& event = std::get<EventPush>(second.push);
  EXPECT_EQ(event.event.kind, EventKind::join);
  EXPECT_EQ(event.event.no, EventNo{2}) << "one push for both, with the last number";
  EXPECT_THAT(event.subjects, ElementsAre(carol, dave));
  EXPECT_EQ(event.member_count, 4U);
  EXPECT_THAT(second.recipients, ElementsAre(alice, bob, carol, dave));
}

TEST_F(ChangesTest, tells_whoever_was_removed_and_nobody_who_had_left_before) {
  auto& room = ground.history.group(9, {alice, bob, carol});
  ground.history.row(room, carol).left_seq = Seq{0};
  ground.history.on_change = [&](const Change&) {
    auto changed = happened(room, EventKind::kick, {bob});
    auto& row = ground.history.row(room, bob);
    row.left_seq = room.head.last_seq;
    row.left_event_no = room.head.last_event_no;
    return changed;
  };
  ASSERT_TRUE(ground.run(api.groups.remove_member(as(alice), GroupId{9}, bob)));
  ASSERT_THAT(ground.queue.published, SizeIs(1));
  EXPECT_THAT(ground.queue.published[0].record.recipients, ElementsAre(alice, bob));
}

TEST_F(ChangesTest, shows_members_the_new_line_of_an_edited_group) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.on_change = [&](const Change& change) {
    room.group.name = *std::get<change::EditGroup>(change.body).name;
    return happened(room, EventKind::settings, {UserId{}});
  };
  ASSERT_TRUE(ground.run(api.groups.edit_group(as(alice), GroupId{9}, {.name = " renamed "})));
  const auto lines = ground.queue.pushes<ConversationPush>();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(std::get<ConversationPush>(lines[0]->record.push).name, "renamed");
  EXPECT_FALSE(std::get<ConversationPush>(lines[0]->record.push).is_new);
  const auto events = ground.queue.pushes<EventPush>();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_THAT(std::get<EventPush>(events[0]->record.push).subjects, IsEmpty());
}

TEST_F(ChangesTest, tells_every_member_of_the_end_of_a_group_which_is_about_nobody) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.on_change = [&](const Change&) {
    return happened(room, EventKind::disband, {UserId{}});
  };
  ASSERT_TRUE(ground.run(api.groups.disband(as(alice), GroupId{9})));
  const auto events = ground.queue.pushes<EventPush>();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_THAT(events[0]->record.recipients, ElementsAre(alice, bob));
  EXPECT_THAT(std::get<EventPush>(events[0]->record.push).subjects, IsEmpty());
}

TEST_F(ChangesTest, introduces_the_two_of_a_new_single_chat_to_each_other) {
  ground.history.on_change = [&](const Change&) {
    Changed changed;
    changed.head = ground.history.single(alice, bob).head;
    changed.created = true;
    return changed;
  };
  ASSERT_TRUE(ground.run(api.people.add_friend(as(alice), bob)));
  const auto pushes = ground.queue.pushes<ConversationPush>();
  ASSERT_THAT(pushes, SizeIs(2));
  for (const auto* push : pushes) {
    const auto& line = std::get<ConversationPush>(push->record.push);
    ASSERT_THAT(push->record.recipients, SizeIs(1));
    EXPECT_NE(line.peer, push->record.recipients[0]);
    EXPECT_EQ(line.name, line.peer == bob ? "bobby" : "alice");
  }
  EXPECT_EQ(ground.run(api.people.add_friend(as(alice), bob)).code(), ErrorCode::conflict);
  EXPECT_THAT(ground.queue.pushes<ConversationPush>(), SizeIs(2)) << "it is not new twice";
}

TEST_F(ChangesTest, tells_nothing_of_a_change_that_changed_nothing) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.on_change = [&](const Change&) {
    Changed changed;
    changed.head = room.head;
    return changed;
  };
  ASSERT_TRUE(ground.run(api.groups.set_role(as(alice), GroupId{9}, bob, Role::admin)));
  EXPECT_THAT(ground.queue.published, IsEmpty());
}

TEST_F(ChangesTest, stands_although_nobody_could_be_told) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.on_change = [&](const Change&) { return happened(room, EventKind::role, {bob}); };
  ground.queue.fails_with = failed(ErrorCode::unavailable, "away");
  EXPECT_TRUE(ground.run(api.groups.set_role(as(alice), GroupId{9}, bob, Role::admin)));
}

TEST_F(ChangesTest, tells_a_reader_and_their_peer_how_far_they_have_read) {
  auto& chat = ground.history.single(alice, bob);
  chat.head.last_seq = Seq{9};
  ground.history.on_change = [&](const Change&) {
    Changed changed;
    changed.head = chat.head;
    changed.position.read_seq = Seq{7};
    return changed;
  };
  const auto unread = ground.run(api.conversations.mark_read(as(bob), chat.head.id, Seq{7}));
  EXPECT_EQ(*unread, 2U);
  const auto pushes = ground.queue.pushes<ReadPush>();
  ASSERT_THAT(pushes, SizeIs(1));
  EXPECT_THAT(pushes[0]->record.recipients, ElementsAre(alice, bob));
  EXPECT_EQ(std::get<ReadPush>(pushes[0]->record.push).read_seq, Seq{7});
}

TEST_F(ChangesTest, keeps_what_one_has_read_in_a_group_among_ones_own_devices) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.on_change = [&](const Change&) {
    Changed changed;
    changed.head = room.head;
    return changed;
  };
  ASSERT_TRUE(ground.run(api.conversations.mark_read(as(bob), room.head.id, std::nullopt)));
  ASSERT_TRUE(ground.run(api.conversations.acknowledge(as(bob), room.head.id, Seq{1})));
  ASSERT_THAT(ground.queue.published, SizeIs(1));
  EXPECT_THAT(ground.queue.published[0].record.recipients, ElementsAre(bob));
}

TEST_F(ChangesTest, tells_the_sender_of_a_single_chat_that_it_arrived) {
  auto& chat = ground.history.single(alice, bob);
  ground.history.on_change = [&](const Change&) {
    Changed changed;
    changed.head = chat.head;
    changed.position.ack_seq = Seq{3};
    return changed;
  };
  ASSERT_TRUE(ground.run(api.conversations.acknowledge(as(bob), chat.head.id, Seq{3})));
  const auto pushes = ground.queue.pushes<DeliveredPush>();
  ASSERT_THAT(pushes, SizeIs(1));
  EXPECT_THAT(pushes[0]->record.recipients, ElementsAre(alice));
}

TEST_F(ChangesTest, tells_the_others_who_is_typing) {
  auto& room = ground.history.group(9, {alice, bob, carol});
  ASSERT_TRUE(ground.run(api.conversations.typing(as(alice), room.head.id, true)));
  ASSERT_THAT(ground.queue.published, SizeIs(1));
  EXPECT_THAT(ground.queue.published[0].record.recipients, ElementsAre(bob, carol));
  ASSERT_TRUE(ground.run(api.conversations.typing(as(alice), world_id, true)));
  EXPECT_THAT(ground.queue.pushes<TypingPush>(), SizeIs(1)) << "the world room is not told";
}

TEST_F(ChangesTest, tells_acquaintances_and_small_groups_who_came) {
  auto& room = ground.history.group(9, {alice, carol});
  room.group.member_count = 2;
  ground.history.single(alice, bob);
  ASSERT_TRUE(ground.run(ground.relations.add_friendship(alice, dave, WallTime{})));
  ASSERT_TRUE(ground.run(api.conversations.presence(alice, true)));
  const auto pushes = ground.queue.pushes<PresencePush>();
  ASSERT_THAT(pushes, SizeIs(2));
  EXPECT_THAT(pushes[0]->record.recipients, ElementsAre(bob, dave));
  EXPECT_FALSE(pushes[0]->record.conversation);
  EXPECT_THAT(pushes[1]->record.recipients, ElementsAre(carol));
  EXPECT_EQ(pushes[1]->record.conversation, room.head.id);
}

TEST_F(ChangesTest, tells_that_somebody_went_only_after_the_grace) {
  ground.history.single(alice, bob);
  ground.registry.places.erase(alice);
  ASSERT_TRUE(ground.run(api.conversations.presence(alice, false)));
  ground.pass(std::chrono::seconds{29});
  EXPECT_THAT(ground.queue.published, IsEmpty());
  ground.pass(std::chrono::seconds{1});
  const auto pushes = ground.queue.pushes<PresencePush>();
  ASSERT_THAT(pushes, SizeIs(1));
  EXPECT_FALSE(std::get<PresencePush>(pushes[0]->record.push).online);
}

TEST_F(ChangesTest, tells_nothing_of_somebody_who_was_back_within_the_grace) {
  ground.history.single(alice, bob);
  ASSERT_TRUE(ground.run(api.conversations.presence(alice, false)));
  ground.pass(std::chrono::seconds{5});
  ASSERT_TRUE(ground.run(api.conversations.presence(alice, true)));
  ground.pass(std::chrono::minutes{5});
  EXPECT_THAT(ground.queue.published, IsEmpty());
}

TEST_F(ChangesTest, tells_nothing_of_somebody_who_is_still_connected_elsewhere) {
  ground.history.single(alice, bob);
  ASSERT_TRUE(ground.run(api.conversations.presence(alice, false)));
  ground.pass(std::chrono::minutes{1});
  EXPECT_THAT(ground.queue.published, IsEmpty());
}

TEST_F(ChangesTest, forgets_who_is_leaving_when_it_stops) {
  ASSERT_TRUE(ground.run(api.conversations.presence(alice, false)));
  ground.run(logic.stop());
  ground.pass(std::chrono::minutes{1});
  EXPECT_THAT(ground.queue.published, IsEmpty());
}

TEST_F(ChangesTest, lists_the_world_room_first_and_then_what_was_talked_in_last) {
  ground.history.world();
  auto& old = ground.history.single(alice, bob);
  auto& fresh = ground.history.single(alice, carol);
  auto& left = ground.history.group(9, {alice});
  old.head.last_message_at = wall_time(10);
  fresh.head.last_message_at = wall_time(20);
  ground.history.row(left, alice).left_seq = Seq{0};
  const int reads = ground.users.reads;
  const auto listed = ground.run(api.conversations.list(as(alice)));
  ASSERT_TRUE(listed);
  ASSERT_THAT(*listed, SizeIs(3));
  EXPECT_EQ((*listed)[0].conversation.head.id, world_id);
  EXPECT_EQ((*listed)[1].peer.username, "carol");
  EXPECT_EQ((*listed)[2].peer.username, "bobby");
  EXPECT_EQ(ground.users.reads, reads + 1) << "one read for all peers";
}

TEST_F(ChangesTest, answers_a_repeated_request_with_what_it_did_before) {
  auto& repeats = api.repeats;
  EXPECT_EQ(*ground.run(repeats.begin(as(alice), "POST /groups", "k1", 1)), std::nullopt);
  EXPECT_EQ(ground.run(repeats.begin(as(alice), "POST /groups", "k1", 1)).code(),
            ErrorCode::in_progress);
  ASSERT_TRUE(ground.run(repeats.finish(as(alice), "POST /groups", "k1", 1, "made")));
  EXPECT_EQ(*ground.run(repeats.begin(as(alice), "POST /groups", "k1", 1)), "made");
  EXPECT_EQ(*ground.run(repeats.begin(as(alice), "POST /groups", "k2", 1)), std::nullopt);
  ASSERT_TRUE(ground.run(repeats.finish(as(alice), "POST /groups", "k2", 1, std::nullopt)));
  EXPECT_EQ(*ground.run(repeats.begin(as(alice), "POST /groups", "k2", 1)), std::nullopt)
      << "one that failed may be tried again";
  EXPECT_EQ(ground.run(repeats.begin(as(alice), "POST /groups", "", 1)).code(),
            ErrorCode::invalid_params);
}

}  // namespace
}  // namespace gochat::logic::testing

#include "logic/fan_out.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic::testing {
namespace {

using protocol::MessagePush;
using protocol::TypingPush;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FanOutTest : public ::testing::Test {
 protected:
  Outgoing message(FakeHistory::Room& room, Seq seq, MemberVersion version) {
    Outgoing item;
    item.origin = {"g1", 1, ConnectionId{7}, "r1"};
    item.receipt.emplace();
    item.receipt->connection = ConnectionId{7};
    item.receipt->seq = seq;
    item.push.emplace();
    item.push->message.id = MessageId{50};
    item.push->message.sender = alice;
    item.push->message.conversation = room.head.id;
    item.push->message.seq = seq;
    item.push->message.content = "hello";
    item.members = version;
    return item;
  }
  Result<void> deliver(Outgoing item) {
    std::vector<Outgoing> batch;
    batch.push_back(std::move(item));
    return ground.run(fan_out.deliver(std::move(batch)));
  }

  Ground ground;
  Members members{ground.needs().repo, ground.timers};
  dispatch::Downstream downstream{ground.queue, ground.timers, std::chrono::seconds{5}};
  Inboxes inboxes{ground.needs().repo, ground.clock};
  dispatch::Locator locator{ground.registry, ground.directory, 1'000};
  Options options;
  LargeGroups large_groups{options};
  dispatch::DeadLetterOffice letters{ground.queue, ground.clock, ground.timers,
                                     options.publish_deadline};
  TaskRequests task_requests{ground.needs(), options, letters};
  FanOut fan_out{{members, locator, downstream, inboxes, large_groups, task_requests}};
  UserId alice{1};
  UserId bob{2};
  UserId carol{3};
  UserId dave{4};
};

TEST_F(FanOutTest, makes_one_record_per_gateway_however_many_receive) {
  auto& room = ground.history.group(9, {alice, bob, carol, dave});
  for (const UserId user : {alice, bob, carol}) ground.connect(user, "g1");
  ground.connect(dave, "g2");
  ASSERT_TRUE(deliver(message(room, Seq{1}, MemberVersion{1})));
  ASSERT_EQ(ground.queue.published.size(), 2U);
  EXPECT_EQ(ground.queue.published[0].gateway, "g1");
  EXPECT_THAT(ground.queue.published[0].record.recipients, ElementsAre(alice, bob, carol));
  EXPECT_EQ(ground.queue.published[0].record.boot, 1U);
  EXPECT_THAT(ground.queue.published[1].record.recipients, ElementsAre(dave));
}

TEST_F(FanOutTest, sends_to_those_who_were_members_at_the_messages_seq) {
  auto& room = ground.history.group(9, {alice, bob, carol, dave});
  ground.history.row(room, bob).join_seq = Seq{5};    // joined after message 5
  ground.history.row(room, carol).left_seq = Seq{5};  // left after message 5
  for (const UserId user : {alice, bob, carol, dave}) ground.connect(user, "g1");
  ASSERT_TRUE(deliver(message(room, Seq{5}, MemberVersion{1})));
  ASSERT_TRUE(deliver(message(room, Seq{6}, MemberVersion{1})));
  EXPECT_THAT(ground.queue.published[0].record.recipients, ElementsAre(alice, carol, dave));
  EXPECT_THAT(ground.queue.published[1].record.recipients, ElementsAre(alice, bob, dave));
}

TEST_F(FanOutTest, reads_the_members_again_when_the_log_answered_a_later_version) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.connect(alice, "g1");
  ground.connect(bob, "g1");
  ASSERT_TRUE(deliver(message(room, Seq{1}, MemberVersion{1})));
  ground.history.row(room, bob).left_seq = Seq{1};
  room.head.member_version = MemberVersion{2};
  ASSERT_TRUE(deliver(message(room, Seq{2}, MemberVersion{2})));
  EXPECT_THAT(ground.queue.published[1].record.recipients, ElementsAre(alice));
  ASSERT_TRUE(deliver(message(room, Seq{3}, MemberVersion{2})));
  EXPECT_EQ(ground.history.lists_read, 2) << "the third message needed no read";
}

TEST_F(FanOutTest, tells_nobody_by_members_that_are_older_than_the_message) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.connect(alice, "g1");
  EXPECT_EQ(deliver(message(room, Seq{1}, MemberVersion{2})).code(), ErrorCode::unavailable);
  EXPECT_THAT(ground.queue.published, IsEmpty());
}

TEST_F(FanOutTest, gives_the_sending_connection_its_receipt_in_the_messages_place) {
  auto& chat = ground.history.single(alice, bob);
  ground.connect(alice, "g1");
  ground.connect(bob, "g1");
  ASSERT_TRUE(deliver(message(chat, Seq{1}, MemberVersion{1})));
  ASSERT_EQ(ground.queue.published.size(), 1U);
  const auto& record = ground.queue.published[0].record;
  EXPECT_EQ(record.exclude, ConnectionId{7});
  ASSERT_EQ(record.receipts.size(), 1U);
  EXPECT_EQ(record.receipts[0].connection, ConnectionId{7});
}

TEST_F(FanOutTest, sends_the_receipt_alone_where_nobody_receives_at_the_origin) {
  auto& chat = ground.history.single(alice, bob);
  ground.connect(bob, "g2");
  ASSERT_TRUE(deliver(message(chat, Seq{1}, MemberVersion{1})));
  ASSERT_EQ(ground.queue.published.size(), 2U);
  EXPECT_EQ(ground.queue.published[0].gateway, "g2");
  EXPECT_THAT(ground.queue.published[0].record.receipts, IsEmpty());
  EXPECT_EQ(ground.queue.published[1].gateway, "g1");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(ground.queue.published[1].record.push));
  EXPECT_EQ(ground.queue.published[1].record.receipts.size(), 1U);
  EXPECT_EQ(ground.queue.published[1].record.boot, 1U);
}

TEST_F(FanOutTest, does_not_confuse_a_gateway_with_its_earlier_life) {
  auto& chat = ground.history.single(alice, bob);
  ground.connect(bob, "g1", 2);  // restarted since the send
  ASSERT_TRUE(deliver(message(chat, Seq{1}, MemberVersion{1})));
  ASSERT_EQ(ground.queue.published.size(), 2U);
  EXPECT_THAT(ground.queue.published[0].record.receipts, IsEmpty());
  EXPECT_EQ(ground.queue.published[1].record.boot, 1U);
}

TEST_F(FanOutTest, sends_to_every_gateway_when_nobody_knows_who_is_where) {
  auto& chat = ground.history.single(alice, bob);
  ground.directory.all = {{"gateway", "g1", 1, {}}, {"gateway", "g2", 4, {}}};
  ground.registry.away = true;
  ASSERT_TRUE(deliver(message(chat, Seq{1}, MemberVersion{1})));
  ASSERT_EQ(ground.queue.published.size(), 2U);
  for (const auto& one : ground.queue.published) {
    EXPECT_THAT(one.record.recipients, ElementsAre(alice, bob));
  }
  EXPECT_EQ(ground.queue.published[1].record.boot, 4U);
}

TEST_F(FanOutTest, makes_one_record_for_everyone_at_a_gateway_in_the_world_room) {
  auto& world = ground.history.world();
  for (const UserId user : {alice, bob, carol}) ground.connect(user, "g1");
  ground.connect(dave, "g2");
  ASSERT_TRUE(deliver(message(world, Seq{1}, MemberVersion{})));
  ASSERT_EQ(ground.queue.published.size(), 2U);
  for (const auto& one : ground.queue.published) {
    EXPECT_TRUE(one.record.to_all);
    EXPECT_THAT(one.record.recipients, IsEmpty());
  }
  EXPECT_EQ(ground.queue.published[0].record.receipts.size(), 1U);
}

TEST_F(FanOutTest, sends_to_every_gateway_of_a_user_who_is_at_two) {
  auto& chat = ground.history.single(alice, bob);
  ground.connect(bob, "g1");
  ground.connect(bob, "g2");
  ASSERT_TRUE(deliver(message(chat, Seq{1}, MemberVersion{1})));
  EXPECT_EQ(ground.queue.pushes<MessagePush>().size(), 2U);
}

TEST_F(FanOutTest, drops_what_was_meant_for_a_gateway_that_is_gone) {
  auto& chat = ground.history.single(alice, bob);
  ground.connect(bob, "g2");
  ground.queue.fails_with = failed(ErrorCode::not_found, "no such topic");
  EXPECT_TRUE(deliver(message(chat, Seq{1}, MemberVersion{1})));
}

TEST_F(FanOutTest, survives_that_a_notice_reaches_nobody) {
  ground.registry.away = true;
  ground.queue.fails_with = failed(ErrorCode::unavailable, "away");
  std::vector<Notice> notices;
  notices.push_back({ConversationId{"world"}, TypingPush{alice, true}, {bob}});
  ground.run(fan_out.tell(std::move(notices)));
  EXPECT_THAT(ground.queue.published, IsEmpty());
}

}  // namespace
}  // namespace gochat::logic::testing

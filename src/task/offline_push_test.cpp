#include "task/offline_push.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "task/testing/ground.hpp"

namespace gochat::task::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeptNotes final : public PushSender {
 public:
  Task<Result<void>> push(PushNote note) override {
    if (failing) co_return *failing;
    notes.push_back(std::move(note));
    co_return Result<void>{};
  }
  std::vector<PushNote> notes;
  std::optional<Error> failing;
};

class OfflinePushTest : public ::testing::Test {
 protected:
  void say(const ConversationId& conversation, UserId by, Seq seq) {
    Message message;
    message.id = MessageId{50};
    message.conversation = conversation;
    message.sender = by;
    message.content = "hello";
    message.seq = seq;
    ground.messages.rows[message.id] = message;
  }
  Result<void> process(const ConversationId& conversation, Seq seq) {
    const protocol::MessageTask task{std::string{offline_push_kind},
                                     conversation,
                                     MessageId{50},
                                     seq,
                                     MemberVersion{1},
                                     "alice"};
    return ground.run(push.process({protocol::encode(task), {}}));
  }
  std::vector<UserId> reached() const {
    std::vector<UserId> users;
    for (const auto& note : sender.notes) users.insert(users.end(), note.to.begin(), note.to.end());
    return users;
  }

  Ground ground;
  KeptNotes sender;
  OfflinePush push{ground.needs(), sender};
  const ConversationId room = group_conversation_id(group);
  UserId alice{1};
  UserId bob{2};
  UserId carol{3};
};

TEST_F(OfflinePushTest, reaches_members_without_a_connection_and_never_the_sender) {
  ground.groups.make(group, 4);
  ground.connect(carol, "g1");
  say(room, alice, Seq{7});
  ASSERT_TRUE(process(room, Seq{7}));
  EXPECT_THAT(reached(), ElementsAre(bob, UserId{4}));
  ASSERT_EQ(sender.notes.size(), 1U);
  EXPECT_EQ(sender.notes[0].message.content, "hello");
  EXPECT_EQ(sender.notes[0].sender_name, "alice");
}

TEST_F(OfflinePushTest, reaches_the_other_one_of_a_pair) {
  const auto pair = single_id(alice, bob);
  Conversation& head = ground.conversations.heads[pair];
  head.user_lo = alice;
  head.user_hi = bob;
  say(pair, bob, Seq{1});
  ASSERT_TRUE(process(pair, Seq{1}));
  EXPECT_THAT(reached(), ElementsAre(alice));
}

TEST_F(OfflinePushTest, leaves_in_peace_who_muted_it_and_who_has_read_it) {
  ground.groups.make(group, 4);
  ground.conversations.positions[bob].muted = true;
  ground.conversations.positions[carol].read_seq = Seq{7};
  say(room, alice, Seq{7});
  ASSERT_TRUE(process(room, Seq{7}));
  EXPECT_THAT(reached(), ElementsAre(UserId{4}));
}

TEST_F(OfflinePushTest, does_not_push_what_was_recalled) {
  ground.groups.make(group, 4);
  say(room, alice, Seq{7});
  ground.messages.rows[MessageId{50}].recalled = true;
  ASSERT_TRUE(process(room, Seq{7}));
  EXPECT_THAT(sender.notes, IsEmpty());
}

TEST_F(OfflinePushTest, asks_for_so_many_at_a_time) {
  ground.groups.make(group, 251);
  say(room, alice, Seq{7});
  ASSERT_TRUE(process(room, Seq{7}));
  ASSERT_EQ(sender.notes.size(), 3U);
  EXPECT_EQ(sender.notes[0].to.size(), PushSender::receivers_max);
  EXPECT_EQ(sender.notes[2].to.size(), 50U);
}

TEST_F(OfflinePushTest, says_what_waits_and_what_is_hopeless) {
  ground.groups.make(group, 4);
  EXPECT_EQ(process(room, Seq{7}).code(), ErrorCode::not_found) << "no such message";
  say(room, alice, Seq{7});
  sender.failing = failed(ErrorCode::unavailable, "away");
  EXPECT_EQ(process(room, Seq{7}).code(), ErrorCode::unavailable);
  sender.failing.reset();
  ground.registry.away = true;
  EXPECT_EQ(process(room, Seq{7}).code(), ErrorCode::unavailable)
      << "nobody is woken who may be here";
  EXPECT_EQ(ground.run(push.process({"nonsense", {}})).code(), ErrorCode::invalid_params);
}

}  // namespace
}  // namespace gochat::task::testing

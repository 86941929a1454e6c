#include "logic/inboxes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic {
namespace {

using ::testing::ElementsAre;
using testing::Ground;
using ::testing::IsEmpty;

class InboxesTest : public ::testing::Test {
 protected:
  InboxesTest() {
    ground.history.single(alice, bob);
    ground.history.single(alice, carol);
  }
  testing::FakeHistory::Room& with(UserId peer) { return ground.history.single(alice, peer); }
  // Somebody writes to alice, and a second passes.
  void hear(UserId peer, bool added = true) {
    auto& room = with(peer);
    ground.history.say(room, peer, "hello");
    Message& message = room.messages.back();
    message.sent_at = room.head.last_message_at = ground.clock.at;
    if (added) {
      ground.run(inboxes.add({{{alice, peer}, {room.head.id, message.seq, message.sent_at}}}));
    }
    ground.clock.at += std::chrono::seconds{1};
  }
  // "bob 1" and the like, the oldest first.
  std::vector<std::string> read() {
    std::vector<Conversation> singles{with(bob).head, with(carol).head};
    const auto entries = ground.run(inboxes.of(alice, std::move(singles)));
    std::vector<std::string> names;
    for (const InboxEntry& entry : *entries) {
      const bool of_bob = entry.conversation == with(bob).head.id;
      names.push_back((of_bob ? "bob " : "carol ") + std::to_string(entry.seq.number()));
    }
    return names;
  }
  int fills() const { return ground.inboxes.fills; }

  Ground ground;
  Inboxes inboxes{ground.needs().repo, ground.clock};
  UserId alice{1};
  UserId bob{2};
  UserId carol{3};
};

TEST_F(InboxesTest, are_filled_from_the_messages_once_and_written_from_then_on) {
  hear(bob);
  hear(carol);
  EXPECT_THAT(read(), ElementsAre("bob 1", "carol 1"));
  hear(bob);
  EXPECT_THAT(read(), ElementsAre("bob 1", "carol 1", "bob 2"));
  EXPECT_EQ(fills(), 1);
}

TEST_F(InboxesTest, answer_alike_when_an_addition_was_lost) {
  hear(bob);
  EXPECT_THAT(read(), ElementsAre("bob 1"));
  hear(carol, false);
  EXPECT_THAT(read(), ElementsAre("bob 1", "carol 1")) << "the first of a conversation";
  hear(bob, false);
  EXPECT_THAT(read(), ElementsAre("bob 1", "carol 1", "bob 2")) << "the last one";
  hear(carol, false);
  hear(carol);
  EXPECT_THAT(read(), ElementsAre("bob 1", "carol 1", "bob 2", "carol 2", "carol 3")) << "between";
  EXPECT_EQ(fills(), 4);
}

TEST_F(InboxesTest, answer_alike_when_one_was_lost_as_a_whole) {
  hear(bob);
  hear(carol);
  hear(bob);
  const auto before = read();
  ground.inboxes.inboxes.clear();
  EXPECT_EQ(read(), before);
}

TEST_F(InboxesTest, leave_out_what_is_older_than_a_week) {
  hear(bob);
  ground.clock.at += limits::inbox_age_max;
  hear(bob);
  hear(carol);
  EXPECT_THAT(read(), ElementsAre("bob 2", "carol 1"));
  ground.clock.at += limits::inbox_age_max;
  ground.inboxes.inboxes.clear();
  EXPECT_THAT(read(), IsEmpty());
}

TEST_F(InboxesTest, hold_the_newest_thousand_of_all_conversations) {
  for (std::size_t n = 0; n < limits::inbox_entries_max; ++n) hear(bob);
  for (int n = 0; n < 3; ++n) hear(carol);
  const auto names = read();
  EXPECT_EQ(names.size(), limits::inbox_entries_max);
  EXPECT_EQ(names.front(), "bob 4");
  EXPECT_EQ(names.back(), "carol 3");
}

TEST_F(InboxesTest, hold_no_message_that_was_stored_after_the_heads_were_read) {
  hear(bob);
  read();
  const std::vector<Conversation> before{with(bob).head};
  hear(bob);
  const auto entries = ground.run(inboxes.of(alice, before));
  EXPECT_EQ(entries->size(), 1U);
  EXPECT_EQ(fills(), 1);
}

TEST_F(InboxesTest, keep_the_order_of_a_conversation_when_a_clock_is_set_back) {
  hear(bob);
  ground.clock.at -= std::chrono::hours{1};
  hear(bob);
  EXPECT_THAT(read(), ElementsAre("bob 1", "bob 2"));
  EXPECT_THAT(read(), ElementsAre("bob 1", "bob 2"));
}

}  // namespace
}  // namespace gochat::logic

#include "logic/timeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic {
namespace {

using ::testing::ElementsAre;
using testing::Ground;
using ::testing::IsEmpty;

class TimelineTest : public ::testing::Test {
 protected:
  Caller as_alice() const { return {alice, SessionId{9}, false}; }
  void hear(testing::FakeHistory::Room& room, UserId sender) {
    ground.history.say(room, sender, "x");
    room.messages.back().sent_at = room.head.last_message_at = ground.clock.at;
    ground.clock.at += std::chrono::seconds{1};
  }
  void acknowledged(const testing::FakeHistory::Room& room, std::uint64_t seq) {
    ground.history.acks[SessionId{9}][room.head.id] = Seq{seq};
  }
  // "sender/seq" of each message.
  static std::vector<std::string> names(const TrackedPage& page) {
    std::vector<std::string> names;
    for (const TrackedMessage& one : page.messages) {
      const Message& message = one.shown.message;
      names.push_back(message.sender.text() + '/' + std::to_string(message.seq.number()));
    }
    return names;
  }
  TrackedPage inbox(std::size_t limit = 50, std::vector<ConversationPosition> shown = {}) {
    return *ground.run(api.timeline.inbox(as_alice(), std::move(shown), limit));
  }

  Ground ground;
  UserId alice = ground.users.add(1, "alice");
  UserId bob = ground.users.add(2, "bob");
  UserId carol = ground.users.add(3, "carol");
  Logic logic{ground.needs(), {}};
  LogicApi api = logic.api();
};

TEST_F(TimelineTest, an_inbox_is_read_the_oldest_first_above_what_was_acknowledged) {
  auto& with_bob = ground.history.single(alice, bob);
  auto& with_carol = ground.history.single(alice, carol);
  for (int n = 0; n < 3; ++n) {
    hear(with_bob, bob);
    hear(with_carol, carol);
  }
  EXPECT_THAT(names(inbox()), ElementsAre("2/1", "3/1", "2/2", "3/2", "2/3", "3/3"));
  acknowledged(with_bob, 2);
  EXPECT_THAT(names(inbox()), ElementsAre("3/1", "3/2", "2/3", "3/3"));
  const auto first = inbox(3);
  EXPECT_THAT(names(first), ElementsAre("3/1", "3/2", "2/3"));
  EXPECT_TRUE(first.has_more);
  const auto rest = inbox(3, {{with_carol.head.id, Seq{2}}, {with_bob.head.id, Seq{3}}});
  EXPECT_THAT(names(rest), ElementsAre("3/3"));
  EXPECT_FALSE(rest.has_more);
}

TEST_F(TimelineTest, what_an_acknowledged_position_misses_is_older_than_the_inbox_and_comes_first) {
  auto& with_bob = ground.history.single(alice, bob);
  auto& with_carol = ground.history.single(alice, carol);
  for (int n = 0; n < 4; ++n) hear(with_bob, bob);
  ground.clock.at += limits::inbox_age_max + std::chrono::hours{1};
  hear(with_carol, carol);
  hear(with_bob, bob);
  EXPECT_THAT(names(inbox()), ElementsAre("3/1", "2/5")) << "a new device: the inbox";
  acknowledged(with_bob, 1);
  EXPECT_THAT(names(inbox()), ElementsAre("2/2", "2/3", "2/4", "3/1", "2/5"));
  const auto first = inbox(2);
  EXPECT_THAT(names(first), ElementsAre("2/2", "2/3"));
  EXPECT_TRUE(first.has_more);
  EXPECT_THAT(names(inbox(2, {{with_bob.head.id, Seq{3}}})), ElementsAre("2/4", "3/1"));
}

TEST_F(TimelineTest, a_conversation_that_fell_out_of_the_inbox_is_missed_above_its_position) {
  auto& with_bob = ground.history.single(alice, bob);
  for (int n = 0; n < 3; ++n) hear(with_bob, bob);
  ground.clock.at += limits::inbox_age_max * 2;
  EXPECT_THAT(names(inbox()), IsEmpty());
  acknowledged(with_bob, 2);
  EXPECT_THAT(names(inbox()), ElementsAre("2/3"));
  acknowledged(with_bob, 3);
  EXPECT_THAT(names(inbox()), IsEmpty());
}

TEST_F(TimelineTest, a_status_is_the_position_of_who_was_sent_the_message) {
  auto& with_bob = ground.history.single(alice, bob);
  hear(with_bob, alice);
  hear(with_bob, alice);
  hear(with_bob, alice);
  hear(with_bob, bob);
  ground.history.positions[bob][with_bob.head.id] = {.read_seq = Seq{1}, .ack_seq = Seq{2}};
  ground.history.positions[alice][with_bob.head.id] = {.read_seq = Seq{}, .ack_seq = Seq{4}};
  const auto page = *ground.run(api.timeline.pull(as_alice(), with_bob.head.id, Seq{}, 50));
  std::vector<int> statuses;
  for (const auto& one : page.messages) statuses.push_back(static_cast<int>(one.status));
  EXPECT_THAT(statuses, ElementsAre(2, 1, 0, 1));
}

TEST_F(TimelineTest, a_group_is_missed_above_the_device_or_else_above_what_was_read) {
  auto& group = ground.history.group(7, {alice, bob});
  for (std::size_t n = 0; n < 300; ++n) hear(group, bob);
  const auto from = [&] {
    const auto missed = *ground.run(api.timeline.missed_groups(as_alice()));
    return missed.empty() ? Seq{9'999} : missed.front().seq;
  };
  EXPECT_EQ(from(), Seq{300 - Timeline::group_messages_max});
  ground.history.positions[alice][group.head.id].read_seq = Seq{250};
  EXPECT_EQ(from(), Seq{250});
  acknowledged(group, 120);
  EXPECT_EQ(from(), Seq{120}) << "this device was not shown what another one read";
  acknowledged(group, 300);
  EXPECT_EQ(from(), Seq{9'999});
}

}  // namespace
}  // namespace gochat::logic

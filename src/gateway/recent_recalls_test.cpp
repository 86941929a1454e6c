#include "gateway/recent_recalls.hpp"

#include <gtest/gtest.h>

namespace gochat::gateway {
namespace {

const ConversationId group{"group_7"};

protocol::DownstreamRecord message(std::uint64_t seq, ConversationId conversation = group) {
  protocol::DownstreamRecord record;
  record.conversation = std::move(conversation);
  protocol::MessagePush push;
  push.message.seq = Seq{seq};
  push.message.content = "hello";
  record.push = push;
  return record;
}

protocol::DownstreamRecord event(EventKind kind, std::int64_t argument) {
  protocol::DownstreamRecord record;
  record.conversation = group;
  protocol::EventPush push;
  push.event.kind = kind;
  push.event.argument = argument;
  record.push = push;
  return record;
}

class RecentRecallsTest : public testing::Test {
 protected:
  void pass(protocol::DownstreamRecord record) { recalls.pass(record); }
  // What is left of the message when it passes: its words, or "recalled".
  std::string told(protocol::DownstreamRecord record) {
    recalls.pass(record);
    const Message& left = std::get<protocol::MessagePush>(record.push).message;
    return left.recalled ? "recalled" + left.content : left.content;
  }

  RecentRecalls recalls;
};

TEST_F(RecentRecallsTest, takes_the_words_out_of_every_shard_that_a_recall_overtook) {
  EXPECT_EQ(told(message(4)), "hello");
  pass(event(EventKind::recall, 4));
  EXPECT_EQ(told(message(4)), "recalled");
  EXPECT_EQ(told(message(4)), "recalled");
}

TEST_F(RecentRecallsTest, leaves_every_other_message_as_it_is) {
  pass(event(EventKind::recall, 4));
  pass(event(EventKind::role, 5));
  EXPECT_EQ(told(message(5)), "hello");
  EXPECT_EQ(told(message(4, ConversationId{"group_8"})), "hello");
}

TEST_F(RecentRecallsTest, keeps_those_that_were_met_last) {
  for (std::size_t n = 1; n <= RecentRecalls::kept_max; ++n) {
    pass(event(EventKind::recall, static_cast<std::int64_t>(n)));
  }
  EXPECT_EQ(told(message(1)), "recalled");
  pass(event(EventKind::recall, RecentRecalls::kept_max + 1));
  EXPECT_EQ(told(message(1)), "recalled");
  EXPECT_EQ(told(message(2)), "hello");
}

}  // namespace
}  // namespace gochat::gateway

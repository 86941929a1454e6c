#include "gateway/followed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gochat::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FollowedTest : public testing::Test {
 protected:
  void send(Entry& entry, std::uint64_t seq) {
    entry.sent = Seq{seq};
    followed.moved(entry);
  }

  Followed followed;
  Entry chat;
  Entry group;
};

TEST_F(FollowedTest, has_nothing_to_ask_before_anything_was_sent) {
  EXPECT_FALSE(followed.ask());
  EXPECT_FALSE(followed.owes());
}

TEST_F(FollowedTest, knows_to_be_read_what_was_sent_before_the_question) {
  send(chat, 4);
  send(group, 9);
  const auto mark = followed.ask();
  ASSERT_TRUE(mark);
  EXPECT_NE(*mark, 0U);
  send(chat, 5);
  EXPECT_TRUE(followed.answered(*mark));
  EXPECT_EQ(chat.got, Seq{4});
  EXPECT_EQ(group.got, Seq{9});
  EXPECT_TRUE(followed.owes()) << "5 is not asked for yet";
}

TEST_F(FollowedTest, asks_one_question_at_a_time) {
  send(chat, 4);
  const auto mark = followed.ask();
  send(chat, 5);
  EXPECT_FALSE(followed.ask());
  followed.answered(*mark);
  const auto second = followed.ask();
  ASSERT_TRUE(second);
  EXPECT_NE(*second, *mark);
}

TEST_F(FollowedTest, believes_only_the_answer_to_the_open_question) {
  send(chat, 4);
  const auto mark = followed.ask();
  EXPECT_FALSE(followed.answered(*mark + 1));
  EXPECT_EQ(chat.got, Seq{});
  EXPECT_TRUE(followed.answered(*mark));
  EXPECT_FALSE(followed.answered(*mark));
}

TEST_F(FollowedTest, a_sign_of_life_takes_back_that_it_was_succeeded) {
  send(chat, 4);
  const auto mark = followed.ask();
  followed.succeeded = true;
  followed.answered(*mark);
  EXPECT_FALSE(followed.succeeded);
}

TEST_F(FollowedTest, a_send_is_open_until_it_is_answered_and_unread_until_that_was_read) {
  followed.sends.begin("a");
  followed.sends.begin("b");
  followed.sends.answered("a");
  EXPECT_THAT(followed.sends.open(), ElementsAre("b"));
  EXPECT_THAT(followed.sends.unread(), ElementsAre("a", "b"));
  const auto mark = followed.ask();
  ASSERT_TRUE(mark) << "an answer is worth a question, though nothing was pushed";
  followed.sends.answered("b");
  followed.answered(*mark);
  EXPECT_THAT(followed.sends.open(), IsEmpty());
  EXPECT_THAT(followed.sends.unread(), ElementsAre("b"));
}

TEST_F(FollowedTest, a_send_that_is_made_again_is_open_again) {
  followed.sends.begin("a");
  followed.sends.answered("a");
  followed.sends.begin("a");
  EXPECT_EQ(followed.sends.state("a"), OpenSends::State::open);
  EXPECT_THAT(followed.sends.unread(), ElementsAre("a"));
  EXPECT_EQ(followed.sends.state("other"), OpenSends::State::unknown);
}

TEST_F(FollowedTest, forgets_the_oldest_of_too_many_sends) {
  for (std::size_t n = 0; n <= OpenSends::kept_max; ++n) followed.sends.begin(std::to_string(n));
  EXPECT_EQ(followed.sends.unread().size(), OpenSends::kept_max);
  EXPECT_EQ(followed.sends.state("0"), OpenSends::State::unknown);
  EXPECT_EQ(followed.sends.state("1"), OpenSends::State::open);
}

}  // namespace
}  // namespace gochat::gateway

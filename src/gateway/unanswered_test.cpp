#include "gateway/unanswered.hpp"

#include <gtest/gtest.h>

#include "async/drive.hpp"

namespace gochat::gateway {
namespace {

using namespace std::chrono_literals;

class UnansweredTest : public testing::Test {
 protected:
  bool wait() {
    begun_ = timers.now();
    return drive(loop, timers, unanswered.none_left(500ms));
  }
  Duration waited() const { return timers.now() - begun_; }

  boost::asio::io_context loop;
  ManualTimers timers;
  Unanswered unanswered{timers};

 private:
  MonoTime begun_;
};

TEST_F(UnansweredTest, nothing_taken_is_nothing_to_wait_for) {
  EXPECT_TRUE(wait());
  EXPECT_EQ(waited(), 0ms);
}

TEST_F(UnansweredTest, the_wait_ends_with_the_last_answer) {
  unanswered.begin();
  unanswered.begin();
  const Timer first = timers.after(10ms, [this] { unanswered.end(); });
  const Timer second = timers.after(30ms, [this] { unanswered.end(); });
  EXPECT_TRUE(wait());
  EXPECT_EQ(waited(), 30ms);
  EXPECT_EQ(unanswered.count(), 0u);
}

TEST_F(UnansweredTest, an_answer_that_does_not_come_is_given_up_in_time) {
  unanswered.begin();
  EXPECT_FALSE(wait());
  EXPECT_EQ(waited(), 500ms);
  EXPECT_EQ(unanswered.count(), 1u);
}

class HeldBackTest : public UnansweredTest {
 protected:
  // Whether one more is let in.
  bool send() {
    if (unanswered.holds_back(300s)) return false;
    unanswered.begin();
    return true;
  }
  // Nobody answers, and at the end of that time sends are refused.
  void stand_still() {
    ASSERT_TRUE(send());
    timers.advance(301s);
    ASSERT_TRUE(send()) << "the last receipt may have been lost";
    timers.advance(Unanswered::doubted_for);
    ASSERT_TRUE(send()) << "one at a time";
    ASSERT_FALSE(send());
  }
};

TEST_F(HeldBackTest, one_after_another_is_let_through_until_one_is_answered) {
  stand_still();
  timers.advance(Unanswered::let_through_every);
  EXPECT_TRUE(send());
  EXPECT_FALSE(send());
  unanswered.end();
  EXPECT_TRUE(send());
  EXPECT_TRUE(send());
}

TEST_F(HeldBackTest, what_did_not_get_into_the_queue_answers_nothing) {
  stand_still();
  unanswered.withdraw();
  EXPECT_FALSE(send());
}

TEST_F(HeldBackTest, a_receipt_that_was_lost_refuses_nothing_after_a_lull) {
  ASSERT_TRUE(send());  // and never answered
  for (int n = 0; n < 3; ++n) {
    timers.advance(1h);
    for (int burst = 0; burst < 5; ++burst) EXPECT_TRUE(send());
    for (int burst = 0; burst < 5; ++burst) unanswered.end();
  }
}

TEST_F(HeldBackTest, zero_never_refuses) {
  unanswered.begin();
  timers.advance(24h);
  EXPECT_FALSE(unanswered.holds_back(0s));
}

TEST_F(UnansweredTest, an_answer_that_comes_twice_makes_no_count_below_none) {
  unanswered.begin();
  unanswered.end();
  unanswered.end();
  EXPECT_EQ(unanswered.count(), 0u);
  unanswered.begin();
  EXPECT_FALSE(wait());
}

}  // namespace
}  // namespace gochat::gateway

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

TEST_F(UnansweredTest, silence_is_counted_from_the_last_answer_while_some_wait) {
  timers.advance(1s);
  EXPECT_EQ(unanswered.silence(), 0s);
  unanswered.begin();
  timers.advance(2s);
  unanswered.begin();
  EXPECT_EQ(unanswered.silence(), 2s);
  unanswered.end();
  timers.advance(3s);
  EXPECT_EQ(unanswered.silence(), 3s);
  unanswered.end();
  EXPECT_EQ(unanswered.silence(), 0s);
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

#include "async/await_until.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "async/drive.hpp"

namespace gochat {
namespace {

using namespace std::chrono_literals;

class AwaitUntil : public ::testing::Test {
 protected:
  // What is asked for comes after so long, if anybody still waits.
  std::optional<int> answer_after(Duration delay) {
    const auto begin = [this, delay](auto done) {
      coming_ = timers_.after(delay, [done = std::move(done)]() mutable { done(7); });
    };
    return drive(loop_, timers_, await_until<int>(timers_, timers_.now() + 1s, begin));
  }

  boost::asio::io_context loop_;
  ManualTimers timers_;
  Timer coming_;
};

TEST_F(AwaitUntil, answers_what_came_in_time) {
  EXPECT_EQ(answer_after(999ms), 7);
  EXPECT_FALSE(timers_.advance_to_next());
}

TEST_F(AwaitUntil, answers_nothing_at_its_deadline_and_lets_pass_what_comes_later) {
  EXPECT_EQ(answer_after(2s), std::nullopt);
  EXPECT_TRUE(coming_.pending());
  EXPECT_TRUE(timers_.advance_to_next());
}

}  // namespace
}  // namespace gochat

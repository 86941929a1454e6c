#include "logic/failed_logins.hpp"

#include <gtest/gtest.h>

namespace gochat::logic {
namespace {

using std::chrono::seconds;

class FailedLoginsTest : public ::testing::Test {
 protected:
  ManualTimers timers;
  FailedLogins tries{timers, 3, seconds{60}};
};

TEST_F(FailedLoginsTest, doubles_the_wait_after_the_free_tries) {
  for (int free = 0; free < 3; ++free) EXPECT_TRUE(tries.admit("alice"));
  for (const int wait : {1, 2, 4, 8, 16, 32, 60, 60}) {
    const auto refused = tries.admit("alice");
    ASSERT_FALSE(refused) << wait;
    EXPECT_EQ(refused.code(), ErrorCode::rate_limited);
    EXPECT_EQ(refused.error().retry_after_ms, wait * 1000U);
    timers.advance(seconds{wait});
    EXPECT_TRUE(tries.admit("alice"));
  }
}

TEST_F(FailedLoginsTest, checks_few_of_ten_thousand_guesses) {
  int checked = 0;
  for (int guess = 0; guess < 10'000; ++guess) {
    if (tries.admit("alice")) ++checked;
    timers.advance(std::chrono::milliseconds{10});
  }
  EXPECT_LE(checked, 20);
}

TEST_F(FailedLoginsTest, slows_nobody_else_down) {
  for (int n = 0; n < 10; ++n) static_cast<void>(tries.admit("alice").ok());
  EXPECT_TRUE(tries.admit("bob"));
}

TEST_F(FailedLoginsTest, forgets_after_a_success_and_after_a_quiet_while) {
  for (int n = 0; n < 5; ++n) static_cast<void>(tries.admit("alice").ok());
  tries.forgive("alice");
  EXPECT_TRUE(tries.admit("alice"));
  for (int n = 0; n < 5; ++n) static_cast<void>(tries.admit("alice").ok());
  timers.advance(FailedLogins::forgiven_after);
  for (int free = 0; free < 3; ++free) EXPECT_TRUE(tries.admit("alice"));
}

TEST_F(FailedLoginsTest, counts_tries_that_are_under_way_at_once) {
  int admitted = 0;
  for (int n = 0; n < 100; ++n) admitted += tries.admit("alice") ? 1 : 0;
  EXPECT_EQ(admitted, 3);
}

}  // namespace
}  // namespace gochat::logic

#include "async/failed_tries.hpp"

#include <gtest/gtest.h>

namespace gochat {
namespace {

using std::chrono::seconds;

class FailedTriesTest : public ::testing::Test {
 protected:
  Result<void> admit(const std::string& key) { return tries.admit(key, policy, timers.now()); }

  ManualTimers timers;
  const TryPolicy policy{.free = 3, .delay_max = seconds{60}};
  KeyedTries tries{100};
};

TEST_F(FailedTriesTest, doubles_the_wait_after_the_free_tries) {
  for (int free = 0; free < 3; ++free) EXPECT_TRUE(admit("alice"));
  for (const int wait : {1, 2, 4, 8, 16, 32, 60, 60}) {
    const auto refused = admit("alice");
    ASSERT_FALSE(refused) << wait;
    EXPECT_EQ(refused.code(), ErrorCode::rate_limited);
    EXPECT_EQ(refused.error().retry_after_ms, wait * 1000U);
    timers.advance(seconds{wait});
    EXPECT_TRUE(admit("alice"));
  }
}

TEST_F(FailedTriesTest, checks_few_of_ten_thousand_guesses) {
  int checked = 0;
  for (int guess = 0; guess < 10'000; ++guess) {
    if (admit("alice")) ++checked;
    timers.advance(std::chrono::milliseconds{10});
  }
  EXPECT_LE(checked, 20);
}

TEST_F(FailedTriesTest, slows_nobody_else_down) {
  for (int n = 0; n < 10; ++n) static_cast<void>(admit("alice").ok());
  EXPECT_TRUE(admit("bob"));
}

TEST_F(FailedTriesTest, forgets_after_a_success_and_after_a_quiet_while) {
  for (int n = 0; n < 5; ++n) static_cast<void>(admit("alice").ok());
  tries.forgive("alice");
  EXPECT_TRUE(admit("alice"));
  for (int n = 0; n < 5; ++n) static_cast<void>(admit("alice").ok());
  timers.advance(policy.forgiven_after);
  for (int free = 0; free < 3; ++free) EXPECT_TRUE(admit("alice"));
}

TEST_F(FailedTriesTest, counts_tries_that_are_under_way_at_once) {
  int admitted = 0;
  for (int n = 0; n < 100; ++n) admitted += admit("alice") ? 1 : 0;
  EXPECT_EQ(admitted, 3);
}

}  // namespace
}  // namespace gochat

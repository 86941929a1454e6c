#include "async/breaker.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace gochat {
namespace {

using namespace std::chrono_literals;
using State = Breaker::State;

class Breakers : public ::testing::Test {
 protected:
  MonoTime now{1h};
  Breaker breaker{{.failures_in_a_row_max = 3, .open_time = 5s, .probes_max = 1}};

  bool succeed() {
    auto call = breaker.enter(now);
    if (call) call->succeeded();
    return call.ok();
  }
  bool fail() {
    auto call = breaker.enter(now);
    if (call) call->failed(now);
    return call.ok();
  }
  void open() {
    for (int n = 0; n < 3; ++n) fail();
    ASSERT_EQ(breaker.state(now), State::open);
  }
};

TEST_F(Breakers, open_after_so_many_failures_in_a_row) {
  fail();
  fail();
  EXPECT_EQ(breaker.state(now), State::closed);
  fail();
  EXPECT_EQ(breaker.state(now), State::open);
}

TEST_F(Breakers, a_success_begins_the_count_again) {
  for (int n = 0; n < 100; ++n) {
    fail();
    fail();
    succeed();
  }
  EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(Breakers, an_open_one_admits_nothing_and_says_for_how_long) {
  open();
  now += 2s;
  const auto refused = breaker.enter(now);
  EXPECT_EQ(refused.code(), ErrorCode::unavailable);
  EXPECT_EQ(refused.error().retry_after_ms, 3000u);
}

TEST_F(Breakers, one_probe_at_a_time_is_admitted_when_the_time_is_over) {
  open();
  now += 5s;
  EXPECT_EQ(breaker.state(now), State::half_open);
  auto probe = breaker.enter(now);
  ASSERT_TRUE(probe.ok());
  EXPECT_FALSE(breaker.enter(now).ok());
  probe->succeeded();
  EXPECT_EQ(breaker.state(now), State::closed);
  EXPECT_TRUE(succeed());
}

TEST_F(Breakers, a_failed_probe_opens_again_for_the_whole_time) {
  open();
  now += 5s;
  EXPECT_TRUE(fail());
  EXPECT_EQ(breaker.state(now), State::open);
  now += 4999ms;
  EXPECT_FALSE(breaker.enter(now).ok());
  now += 1ms;
  EXPECT_TRUE(succeed());
  EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(Breakers, a_probe_that_was_dropped_makes_room_for_another) {
  open();
  now += 5s;
  {
    const auto dropped = breaker.enter(now);
  }
  EXPECT_EQ(breaker.state(now), State::half_open);
  EXPECT_TRUE(succeed());
}

TEST_F(Breakers, a_late_answer_from_before_the_opening_says_nothing) {
  auto late_success = breaker.enter(now);
  auto late_failure = breaker.enter(now);
  open();
  late_success->succeeded();
  EXPECT_EQ(breaker.state(now), State::open);
  now += 5s;
  auto probe = breaker.enter(now);
  late_failure->failed(now);
  EXPECT_EQ(breaker.state(now), State::half_open);
  probe->succeeded();
  EXPECT_EQ(breaker.state(now), State::closed);
}

TEST_F(Breakers, after_closing_it_takes_as_many_failures_as_at_first) {
  open();
  now += 5s;
  succeed();
  fail();
  fail();
  EXPECT_EQ(breaker.state(now), State::closed);
}

}  // namespace
}  // namespace gochat

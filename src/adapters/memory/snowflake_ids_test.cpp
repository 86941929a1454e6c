// What an operator is told of the ids of a process.
#include "adapters/memory/snowflake_ids.hpp"

#include <gtest/gtest.h>

#include <set>

#include "async/timer.hpp"

namespace gochat::memory {
namespace {

using namespace std::chrono_literals;

class MovedClock final : public Clock {
 public:
  WallTime now() const override { return now_; }
  void move(std::chrono::milliseconds by) { now_ += by; }

 private:
  WallTime now_ = wall_time(1'750'000'000'000);
};

class SnowflakeIdsSeen : public ::testing::Test {
 protected:
  boost::asio::io_context loop_;
  ManualTimers timers_;
  MovedClock clock_;
  SnowflakeIds ids_{{7, 0, timers_.now() + 1h}, 0, clock_, timers_};
};

TEST_F(SnowflakeIdsSeen, counts_what_it_issues_and_each_millisecond_that_is_used_up) {
  for (int n = 0; n < 4'096; ++n) ids_.next();
  EXPECT_EQ(ids_.counts().issued.value(), 4'096U);
  EXPECT_EQ(ids_.counts().exhausted.value(), 0U);
  ids_.next();
  EXPECT_EQ(ids_.counts().exhausted.value(), 1U);
  EXPECT_EQ(ids_.lead_ms(), 1);
  clock_.move(10ms);
  ids_.next();
  EXPECT_EQ(ids_.counts().exhausted.value(), 1U);
  EXPECT_EQ(ids_.lead_ms(), 0);
}

TEST_F(SnowflakeIdsSeen, counts_a_clock_that_steps_back_and_stops_for_none) {
  std::set<std::int64_t> issued;
  for (const auto step : {0ms, -3'600'000ms, 5ms, -1ms, 3'700'000ms, -86'400'000ms}) {
    clock_.move(step);
    for (int n = 0; n < 100; ++n) {
      const std::int64_t last = ids_.last();
      EXPECT_GT(ids_.next(), last);
      issued.insert(ids_.last());
    }
  }
  EXPECT_EQ(issued.size(), 600U);
  EXPECT_EQ(ids_.counts().clock_steps.value(), 3U);
  EXPECT_EQ(ids_.counts().exhausted.value(), 0U);
  EXPECT_GT(ids_.lead_ms(), 86'000'000);
}

TEST_F(SnowflakeIdsSeen, tells_how_long_its_number_is_its_own) {
  timers_.advance(20min);
  EXPECT_EQ(ids_.lease_left(), 40min);
  ids_.extend(timers_.now() + 2h);
  EXPECT_EQ(ids_.lease_left(), 2h);
  timers_.advance(3h);
  EXPECT_EQ(ids_.lease_left(), Duration::zero());
  const SnowflakeIds alone{{0, 0, Deadline::max()}, 0, clock_, timers_};
  EXPECT_EQ(alone.lease_left(), std::nullopt);
}

}  // namespace
}  // namespace gochat::memory

#include "net/timer_wheel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "net/outbox.hpp"

namespace gochat::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

struct Named : TimerWheel::Node {
  int name = 0;
};

class TimerWheelTest : public testing::Test {
 protected:
  ManualTimers timers;
  std::vector<int> fired;
  std::function<void(Named&)> then;
  TimerWheel wheel{timers, [this](TimerWheel::Node& node) {
                     auto& named = static_cast<Named&>(node);
                     fired.push_back(named.name);
                     if (then) then(named);
                   }};
  Named a{{}, 1};
  Named b{{}, 2};
  Named c{{}, 3};
};

TEST_F(TimerWheelTest, calls_each_after_its_delay_and_at_most_a_tick_late) {
  wheel.arm(a, 10s);
  wheel.arm(b, 1s);
  timers.advance(1s - 1ns);
  EXPECT_THAT(fired, ElementsAre());
  timers.advance(TimerWheel::tick + 1ns);
  EXPECT_THAT(fired, ElementsAre(2));
  timers.advance(9s);
  EXPECT_THAT(fired, ElementsAre(2, 1));
}

TEST_F(TimerWheelTest, what_is_disarmed_or_armed_anew_is_not_called_at_the_old_time) {
  wheel.arm(a, 1s);
  wheel.arm(b, 1s);
  wheel.arm(c, 1s);
  wheel.disarm(a);
  wheel.arm(b, 3s);
  timers.advance(2s);
  EXPECT_THAT(fired, ElementsAre(3));
  timers.advance(2s);
  EXPECT_THAT(fired, ElementsAre(3, 2));
}

TEST_F(TimerWheelTest, delays_longer_than_a_round_are_kept) {
  wheel.arm(a, 1h);
  wheel.arm(b, 128s);
  timers.advance(129s);
  EXPECT_THAT(fired, ElementsAre(2));
  timers.advance(1h - 129s - 1ns);
  EXPECT_THAT(fired, ElementsAre(2));
  timers.advance(1s);
  EXPECT_THAT(fired, ElementsAre(2, 1));
}

TEST_F(TimerWheelTest, a_call_may_arm_itself_and_disarm_others) {
  then = [this](Named& named) {
    if (named.name == 1) wheel.arm(a, 1s);
    wheel.disarm(b);
  };
  wheel.arm(a, 1s);
  wheel.arm(b, 1s);
  timers.advance(3s + 2 * TimerWheel::tick);
  EXPECT_THAT(fired, ElementsAre(1, 1));
  wheel.disarm(a);
}

TEST_F(TimerWheelTest, sleeps_when_nothing_is_armed) {
  wheel.arm(a, 1s);
  EXPECT_TRUE(timers.advance_to_next());
  EXPECT_FALSE(timers.advance_to_next());
}

TEST_F(TimerWheelTest, after_a_long_sleep_everything_due_is_called_once) {
  std::mt19937 random{11};
  std::vector<Named> many(500);
  for (std::size_t n = 0; n < many.size(); ++n) {
    many[n].name = static_cast<int>(n);
    wheel.arm(many[n], std::chrono::seconds{random() % 1000 + 1});
  }
  while (timers.advance_to_next()) {
  }
  std::ranges::sort(fired);
  ASSERT_EQ(fired.size(), many.size());
  EXPECT_EQ(std::ranges::adjacent_find(fired), fired.end());
}

std::string gathered(const Outbox& outbox) {
  iovec pieces[16];
  std::string all;
  const std::size_t count = outbox.gather(pieces);
  for (std::size_t n = 0; n < count; ++n)
    all.append(static_cast<char*>(pieces[n].iov_base), pieces[n].iov_len);
  return all;
}

TEST(Outbox, goes_on_where_a_write_stopped) {
  Outbox outbox;
  for (const char* text : {"one", "two", "three"}) outbox.push(SharedBytes::of(text));
  EXPECT_EQ(gathered(outbox), "onetwothree");
  outbox.taken(4);
  EXPECT_EQ(gathered(outbox), "wothree");
  EXPECT_EQ(outbox.bytes(), 7u);
  EXPECT_EQ(outbox.blocks(), 2u);
  outbox.taken(7);
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.blocks(), 0u);
}

TEST(Outbox, drops_all_but_the_rest_of_what_was_begun) {
  Outbox outbox;
  for (const char* text : {"one", "two", "three"}) outbox.push(SharedBytes::of(text));
  outbox.taken(4);
  outbox.drop_unbegun();
  outbox.push(SharedBytes::of("close"));
  EXPECT_EQ(gathered(outbox), "woclose");
  EXPECT_EQ(outbox.bytes(), 7u);
  outbox.taken(2);
  outbox.drop_unbegun();
  EXPECT_TRUE(outbox.empty());
}

}  // namespace
}  // namespace gochat::net

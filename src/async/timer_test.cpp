#include "async/timer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace gochat {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class ManualTime : public ::testing::Test {
 protected:
  boost::asio::io_context loop;
  ManualTimers timers;
  std::vector<std::string> seen;

  std::move_only_function<void()> see(std::string what) {
    return [this, what = std::move(what)] { seen.push_back(what); };
  }
};

TEST_F(ManualTime, calls_come_in_the_order_of_their_times) {
  const auto c = timers.after(3s, see("c"));
  const auto a = timers.after(1s, see("a"));
  const auto b = timers.after(2s, see("b"));
  timers.advance(10s);
  EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
}

TEST_F(ManualTime, equal_times_keep_the_order_of_asking) {
  std::vector<Timer> kept;
  std::vector<std::string> asked;
  for (int n = 0; n < 50; ++n) {
    asked.push_back(std::to_string(n));
    kept.push_back(timers.after(1s, see(asked.back())));
  }
  timers.advance(1s);
  EXPECT_EQ(seen, asked);
}

TEST_F(ManualTime, nothing_comes_before_its_time) {
  const auto timer = timers.after(10ms, see("a"));
  timers.advance(10ms - 1ns);
  EXPECT_TRUE(seen.empty());
  EXPECT_TRUE(timer.pending());
  timers.advance(1ns);
  EXPECT_THAT(seen, ElementsAre("a"));
  EXPECT_FALSE(timer.pending());
}

TEST_F(ManualTime, each_call_sees_its_own_time) {
  const auto start = timers.now();
  std::vector<Duration> at;
  const auto a = timers.after(1s, [&] { at.push_back(timers.now() - start); });
  const auto b = timers.after(2s, [&] { at.push_back(timers.now() - start); });
  timers.advance(5s);
  EXPECT_THAT(at, ElementsAre(1s, 2s));
  EXPECT_EQ(timers.now() - start, 5s);
}

TEST_F(ManualTime, a_time_that_has_passed_comes_at_once_and_does_not_turn_the_clock_back) {
  const auto before = timers.now();
  const auto timer = timers.at(before - 5s, see("late"));
  EXPECT_TRUE(timers.advance_to_next());
  EXPECT_THAT(seen, ElementsAre("late"));
  EXPECT_EQ(timers.now(), before);
}

TEST_F(ManualTime, a_cancelled_or_dropped_timer_is_never_called) {
  auto cancelled = timers.after(1s, see("cancelled"));
  {
    const auto dropped = timers.after(1s, see("dropped"));
  }
  auto replaced = timers.after(1s, see("replaced"));
  replaced = timers.after(1s, see("kept"));
  cancelled.cancel();
  EXPECT_FALSE(cancelled.pending());
  timers.advance(1s);
  EXPECT_THAT(seen, ElementsAre("kept"));
}

TEST_F(ManualTime, cancelling_lets_go_of_what_the_call_held_at_once) {
  const auto held = std::make_shared<int>(7);
  auto timer = timers.after(1h, [held] {});
  EXPECT_EQ(held.use_count(), 2);
  timer.cancel();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(ManualTime, thousands_of_cancelled_deadlines_do_not_disturb_those_that_stay) {
  std::vector<Timer> stay;
  for (int n = 0; n < 5000; ++n) {
    auto deadline = timers.after(1s + n * 1ms, see("cancelled"));
    if (n % 1000 == 0) stay.push_back(timers.after(5s - n * 1ms, see(std::to_string(n))));
  }
  timers.advance(1h);
  EXPECT_THAT(seen, ElementsAre("4000", "3000", "2000", "1000", "0"));
}

TEST_F(ManualTime, a_call_may_ask_cancel_and_replace) {
  Timer victim = timers.after(2s, see("victim"));
  Timer next;
  const auto first = timers.after(1s, [&] {
    victim.cancel();
    next = timers.after(0s, see("next"));
  });
  timers.advance(2s);
  EXPECT_THAT(seen, ElementsAre("next"));
}

TEST_F(ManualTime, a_timer_owned_by_another_timers_call_may_die_with_it) {
  auto inner = std::make_shared<Timer>(timers.after(1h, see("inner")));
  auto outer = timers.after(1s, [inner] {});
  inner.reset();
  outer.cancel();
  timers.advance(2h);
  EXPECT_TRUE(seen.empty());
}

TEST_F(ManualTime, the_next_call_is_found_without_knowing_when_it_is) {
  EXPECT_FALSE(timers.advance_to_next());
  const auto start = timers.now();
  const auto far = timers.after(24h, see("far"));
  EXPECT_TRUE(timers.advance_to_next());
  EXPECT_EQ(timers.now() - start, 24h);
  EXPECT_FALSE(timers.advance_to_next());
}

TEST(Timers, a_timer_that_outlives_its_timers_is_no_longer_pending) {
  const auto held = std::make_shared<int>(1);
  Timer timer;
  {
    ManualTimers timers;
    timer = timers.after(1s, [held] { FAIL(); });
  }
  EXPECT_FALSE(timer.pending());
  EXPECT_EQ(held.use_count(), 1);
  timer.cancel();
}

Task<> sleep_and_tell(Timers& timers, Duration delay, std::vector<Duration>& woken) {
  const auto start = timers.now();
  co_await timers.sleep(delay);
  woken.push_back(timers.now() - start);
}

TEST_F(ManualTime, a_sleeper_goes_on_when_its_time_has_come) {
  std::vector<Duration> woken;
  boost::asio::co_spawn(loop, sleep_and_tell(timers, 3s, woken), boost::asio::detached);
  boost::asio::co_spawn(loop, sleep_and_tell(timers, 1s, woken), boost::asio::detached);
  do loop.poll();
  while (timers.advance_to_next());
  EXPECT_THAT(woken, ElementsAre(1s, 3s));
}

TEST_F(ManualTime, a_cancelled_sleeper_wakes_at_once) {
  std::vector<Duration> woken;
  bool thrown = false;
  boost::asio::cancellation_signal signal;
  boost::asio::co_spawn(loop, sleep_and_tell(timers, 1h, woken),
                        boost::asio::bind_cancellation_slot(
                            signal.slot(), [&](std::exception_ptr error) { thrown = !!error; }));
  loop.poll();
  signal.emit(boost::asio::cancellation_type::terminal);
  loop.restart();
  loop.poll();
  EXPECT_THAT(woken, ElementsAre(0s));
  EXPECT_FALSE(thrown);
  EXPECT_FALSE(timers.advance_to_next());
}

TEST(Timers, sleepers_that_never_wake_are_destroyed_with_the_loop) {
  const auto held = std::make_shared<int>(1);
  {
    boost::asio::io_context loop;
    ManualTimers timers;
    auto sleeper = [](Timers& clock, std::shared_ptr<int> own) -> Task<> {
      const Timer also = clock.after(2h, [own] {});
      co_await clock.sleep(1h);
    };
    boost::asio::co_spawn(loop, sleeper(timers, held), boost::asio::detached);
    loop.poll();
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(SteadyTime, calls_come_in_order_and_the_loop_ends_when_none_is_left) {
  boost::asio::io_context loop;
  SteadyTimers timers{loop};
  std::vector<int> seen;
  const auto start = timers.now();
  const auto late = timers.after(4ms, [&] { seen.push_back(2); });
  const auto soon = timers.after(2ms, [&] { seen.push_back(1); });
  loop.run();
  EXPECT_THAT(seen, ElementsAre(1, 2));
  EXPECT_GE(timers.now() - start, 4ms);
}

TEST(SteadyTime, a_call_that_asks_for_the_present_again_and_again_does_not_hold_the_loop) {
  boost::asio::io_context loop;
  SteadyTimers timers{loop};
  Timer again;
  bool stop = false;
  int turns = 0;
  std::function<void()> turn = [&] {
    if (++turns == 1) boost::asio::post(loop, [&] { stop = true; });
    if (!stop) again = timers.after(0s, turn);
  };
  again = timers.after(0s, turn);
  loop.run();
  EXPECT_TRUE(stop);
}

TEST(SteadyTime, a_call_that_throws_does_not_stop_the_others) {
  boost::asio::io_context loop;
  SteadyTimers timers{loop};
  bool called = false;
  const auto broken = timers.after(0s, [] { throw std::runtime_error{"broken"}; });
  const auto sound = timers.after(1ms, [&] { called = true; });
  EXPECT_THROW(loop.run(), std::runtime_error);
  loop.run();
  EXPECT_TRUE(called);
}

TEST(SteadyTime, timers_may_go_while_an_alarm_is_due) {
  boost::asio::io_context loop;
  auto timers = std::make_optional<SteadyTimers>(loop);
  bool called = false;
  Timer timer = timers->at(timers->now(), [&] { called = true; });
  boost::asio::post(loop, [&] { timers.reset(); });
  loop.run();
  EXPECT_FALSE(timers.has_value());
  EXPECT_FALSE(called && timer.pending());
}

}  // namespace
}  // namespace gochat

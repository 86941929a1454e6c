#include "async/gate.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

#include "async/timer.hpp"
#include "base/log.hpp"

namespace gochat {
namespace {

using namespace std::chrono_literals;

class Gates : public ::testing::Test {
 protected:
  boost::asio::io_context loop;
  ManualTimers timers;
  Gate gate{loop.get_executor()};
  int ended = 0;
  int closed = 0;

  Task<> work(Duration time) {
    co_await timers.sleep(time);
    ++ended;
  }
  Task<> close_and_tell() {
    co_await gate.close();
    ++closed;
  }
  void start_closing() {
    boost::asio::co_spawn(loop, close_and_tell(), boost::asio::detached);
    turn();
  }
  void turn() {
    loop.restart();
    loop.poll();
  }
};

TEST_F(Gates, an_empty_gate_closes_at_once) {
  start_closing();
  EXPECT_EQ(closed, 1);
  EXPECT_TRUE(gate.closed());
}

TEST_F(Gates, closing_waits_for_the_last_one_inside) {
  ASSERT_TRUE(gate.spawn(work(1s)));
  ASSERT_TRUE(gate.spawn(work(2s)));
  turn();
  EXPECT_EQ(gate.inside(), 2u);
  start_closing();
  timers.advance(1s);
  turn();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(closed, 0);
  timers.advance(1s);
  turn();
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(gate.inside(), 0u);
}

TEST_F(Gates, nothing_enters_a_closed_gate) {
  start_closing();
  EXPECT_FALSE(gate.spawn(work(0s)));
  timers.advance(1s);
  turn();
  EXPECT_EQ(ended, 0);
}

TEST_F(Gates, many_may_wait_for_the_same_gate) {
  ASSERT_TRUE(gate.spawn(work(1s)));
  start_closing();
  start_closing();
  timers.advance(1s);
  turn();
  start_closing();
  EXPECT_EQ(closed, 3);
}

TEST_F(Gates, an_exception_leaves_the_gate_and_reaches_the_loop) {
  log::set_sink([](std::string_view) {});
  auto broken = [](Timers& clock) -> Task<> {
    co_await clock.sleep(1s);
    throw std::runtime_error{"broken"};
  };
  ASSERT_TRUE(gate.spawn(broken(timers)));
  start_closing();
  timers.advance(1s);
  loop.restart();
  EXPECT_THROW(loop.poll(), std::runtime_error);
  turn();
  EXPECT_EQ(closed, 1);
  log::set_sink({});
}

TEST_F(Gates, work_started_before_the_loop_runs_is_counted) {
  ASSERT_TRUE(gate.spawn(work(0s)));
  EXPECT_EQ(gate.inside(), 1u);
  turn();
  timers.advance(0s);
  turn();
  EXPECT_EQ(gate.inside(), 0u);
}

}  // namespace
}  // namespace gochat

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "async/drive.hpp"
#include "async/executor.hpp"
#include "async/gate.hpp"
#include "async/gather.hpp"
#include "async/wakeup.hpp"
#include "base/trace_context.hpp"

namespace gochat {
namespace {

using ::testing::ElementsAre;
using trace::Context;
using trace::Scope;

Context of(std::uint64_t span) { return {TraceId{1, 2}, span, true}; }

struct TraceTravels : ::testing::Test {
  boost::asio::io_context loop;
  ManualTimers timers;
  Gate gate{loop.get_executor()};
  std::vector<std::uint64_t> seen;

  Task<> look_before_and_after(Duration pause) {
    seen.push_back(trace::current().span);
    co_await timers.sleep(pause);
    seen.push_back(trace::current().span);
  }
  void run() {
    drive(loop, timers, gate.close());
    EXPECT_FALSE(trace::current()) << "nothing is left behind";
  }
};

TEST_F(TraceTravels, two_that_run_side_by_side_keep_their_own) {
  for (std::uint64_t n = 1; n <= 2; ++n) {
    const Scope scope{of(n)};
    gate.spawn(look_before_and_after(std::chrono::seconds{3 - static_cast<int>(n)}));
    EXPECT_EQ(trace::current().span, n) << "whoever spawns goes on as it was";
  }
  gate.spawn(look_before_and_after(std::chrono::milliseconds{1}));
  run();
  EXPECT_THAT(seen, ElementsAre(1, 2, 0, 0, 2, 1));
}

TEST_F(TraceTravels, what_is_not_recorded_is_not_carried_into_what_is_spawned) {
  Context for_the_log = of(3);
  for_the_log.sampled = false;
  const Scope scope{for_the_log};
  gate.spawn(look_before_and_after(std::chrono::seconds{1}));
  {
    const Scope nobody{Context{}};
    run();
  }
  EXPECT_THAT(seen, ElementsAre(0, 0));
}

TEST_F(TraceTravels, a_scope_in_a_coroutine_ends_with_it_and_not_with_the_turn) {
  gate.spawn([](TraceTravels* test) -> Task<> {
    {
      const Scope scope{of(5)};
      co_await test->look_before_and_after(std::chrono::seconds{1});
      test->seen.push_back(trace::current().span);
    }
    test->seen.push_back(trace::current().span);
  }(this));
  run();
  EXPECT_THAT(seen, ElementsAre(5, 5, 5, 0));
}

TEST_F(TraceTravels, goes_into_what_is_gathered_and_comes_back_from_it) {
  gate.spawn([](TraceTravels* test) -> Task<> {
    const Scope scope{of(7)};
    std::vector<Task<int>> both;
    for (int n = 0; n < 2; ++n) {
      both.push_back([](TraceTravels* in, int answer) -> Task<int> {
        co_await in->look_before_and_after(std::chrono::seconds{answer});
        co_return answer;
      }(test, n + 1));
    }
    co_await gather(std::move(both));
    test->seen.push_back(trace::current().span);
  }(this));
  run();
  EXPECT_THAT(seen, ElementsAre(7, 7, 7, 7, 7));
}

TEST_F(TraceTravels, comes_back_from_a_pool_and_from_a_wakeup) {
  InlineExecutor pool;
  Wakeup wakeup;
  gate.spawn([](TraceTravels* test, InlineExecutor* on, Wakeup* until) -> Task<> {
    const Scope scope{of(9)};
    const auto done = co_await run_on(*on, [] { return Result<void>{}; });
    EXPECT_TRUE(done);
    test->seen.push_back(trace::current().span);
    co_await until->wait(test->timers, std::chrono::seconds{1});
    test->seen.push_back(trace::current().span);
  }(this, &pool, &wakeup));
  run();
  EXPECT_THAT(seen, ElementsAre(9, 9));
}

}  // namespace
}  // namespace gochat

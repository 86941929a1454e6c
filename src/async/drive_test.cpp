#include "async/drive.hpp"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <stdexcept>

#include "base/result.hpp"

namespace gochat {
namespace {

using namespace std::chrono_literals;

struct NotFromNothing {
  explicit NotFromNothing(int n) : number{std::make_unique<int>(n)} {}
  std::unique_ptr<int> number;
};

Task<Result<NotFromNothing>> answer(Timers& timers) {
  co_await timers.sleep(24h);
  co_return NotFromNothing{7};
}

TEST(Drive, a_result_comes_back_and_simulated_days_take_no_time) {
  boost::asio::io_context loop;
  ManualTimers timers;
  auto result = drive(loop, timers, answer(timers));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result->number, 7);
}

TEST(Drive, one_loop_may_be_driven_again_and_again) {
  boost::asio::io_context loop;
  SteadyTimers timers{loop};
  for (int n = 0; n < 3; ++n) drive(loop, timers.sleep(1us));
}

TEST(Drive, an_exception_is_the_callers) {
  boost::asio::io_context loop;
  auto broken = []() -> Task<int> {
    throw std::runtime_error{"broken"};
    co_return 0;
  };
  EXPECT_THROW(drive(loop, broken()), std::runtime_error);
}

TEST(Drive, other_work_goes_on_and_may_be_left_over) {
  boost::asio::io_context loop;
  SteadyTimers timers{loop};
  const Timer later = timers.after(1h, [] { FAIL(); });
  bool ran = false;
  boost::asio::post(loop, [&] { ran = true; });
  drive(loop, timers.sleep(1us));
  EXPECT_TRUE(ran);
  EXPECT_TRUE(later.pending());
}

TEST(DriveDeathTest, waiting_for_what_never_comes_is_a_bug_and_not_a_hang) {
  boost::asio::io_context loop;
  ManualTimers timers;
  EXPECT_DEATH(drive(loop, timers, timers.sleep_until(MonoTime::max())), "advanced");
}

}  // namespace
}  // namespace gochat

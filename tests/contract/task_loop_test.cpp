#include "support/task_loop.hpp"

#include <gtest/gtest.h>

#include "async/executor.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"
#include "support/temporary_directory.hpp"

namespace gochat::support {
namespace {

using namespace std::chrono_literals;

Task<int> seven_after(Timers& timers, Duration delay) {
  co_await timers.sleep(delay);
  co_return 7;
}

TEST(TaskLoop, gives_the_result_of_a_task_over_simulated_days) {
  TaskLoop loop;
  EXPECT_EQ(loop.run(seven_after(loop.timers(), 48h)), 7);
}

TEST(TaskLoop, waits_for_threads_in_either_time) {
  for (const Time time : {Time::manual, Time::steady}) {
    TaskLoop loop{time};
    ThreadPool pool{1, 1, "test"};
    auto answer = loop.run(run_on(pool, [] { return Result<int>{7}; }));
    ASSERT_TRUE(answer);
    EXPECT_EQ(*answer, 7);
  }
}

TEST(TaskLoop, throws_what_the_task_throws) {
  TaskLoop loop;
  auto broken = []() -> Task<int> {
    throw std::logic_error{"broken"};
    co_return 0;
  };
  EXPECT_THROW(loop.run(broken()), std::logic_error);
}

TEST(TaskLoop, says_that_nothing_happens_instead_of_hanging) {
  TaskLoop loop;
  EXPECT_THROW(loop.run_until([] { return false; }, "nothing"), NotFinished);
}

TEST(SeededRandom, repeats_itself_for_a_seed) {
  SeededRandom a{7};
  SeededRandom b{7};
  SeededRandom c{8};
  const auto first = a.number();
  EXPECT_EQ(first, b.number());
  EXPECT_NE(first, c.number());
}

TEST(TemporaryDirectory, is_gone_with_its_owner) {
  std::filesystem::path path;
  {
    const TemporaryDirectory directory;
    path = directory.path();
    EXPECT_TRUE(std::filesystem::is_directory(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace gochat::support

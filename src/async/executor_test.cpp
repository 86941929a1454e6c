#include "async/executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "async/drive.hpp"

namespace gochat {
namespace {

using ::testing::ElementsAre;

TEST(ThreadPool, one_thread_runs_jobs_in_the_order_of_posting) {
  std::vector<int> seen;
  {
    ThreadPool pool{1, 100, "test"};
    for (int n = 0; n < 3; ++n) ASSERT_TRUE(pool.post([&seen, n] { seen.push_back(n); }));
  }
  EXPECT_THAT(seen, ElementsAre(0, 1, 2));
}

TEST(ThreadPool, the_destructor_finishes_what_was_posted) {
  std::atomic<int> done = 0;
  {
    ThreadPool pool{2, 1000, "test"};
    for (int n = 0; n < 1000; ++n) {
      if (!pool.post([&done] { ++done; })) --n;
    }
  }
  EXPECT_EQ(done, 1000);
}

TEST(ThreadPool, a_full_queue_refuses_and_takes_again_when_it_has_room) {
  std::latch begun{1};
  std::latch go_on{1};
  std::promise<void> last;
  ThreadPool pool{1, 2, "test"};
  ASSERT_TRUE(pool.post([&] {
    begun.count_down();
    go_on.wait();
  }));
  begun.wait();
  EXPECT_TRUE(pool.post([] {}));
  EXPECT_TRUE(pool.post([&] { last.set_value(); }));
  EXPECT_FALSE(pool.post([] { FAIL(); }));
  const PoolFigures full = pool.figures();
  EXPECT_EQ(full.waiting, 2u);
  EXPECT_EQ(full.running, 1u);
  EXPECT_EQ(full.refused, 1u);
  go_on.count_down();
  last.get_future().wait();
  EXPECT_TRUE(pool.post([] {}));
}

TEST(ThreadPool, threads_carry_the_name_and_the_nice_value) {
  std::promise<std::string> name;
  std::promise<int> nice;
  const int own = getpriority(PRIO_PROCESS, 0);
  ThreadPool pool{2, 4, "a-rather-long-name", 7};
  ASSERT_TRUE(pool.post([&] {
    char text[16] = {};
    pthread_getname_np(pthread_self(), text, sizeof text);
    name.set_value(text);
    nice.set_value(getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())));
  }));
  EXPECT_EQ(name.get_future().get(), "a-rather-long-n");
  EXPECT_GE(nice.get_future().get(), 7);
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), own) << "only the pool's own threads give way";
}

Result<int> answer() { return 42; }

struct Reply {
  Result<int> result;
  bool at_home;
};

Task<Reply> ask(Executor& executor) {
  const auto home = std::this_thread::get_id();
  auto result = co_await run_on(executor, answer);
  co_return Reply{std::move(result), std::this_thread::get_id() == home};
}

TEST(RunOn, the_answer_comes_back_on_the_callers_loop) {
  boost::asio::io_context loop;
  ThreadPool pool{1, 4, "test"};
  const Reply reply = drive(loop, ask(pool));
  ASSERT_TRUE(reply.result.ok());
  EXPECT_EQ(*reply.result, 42);
  EXPECT_TRUE(reply.at_home);
}

TEST(RunOn, an_inline_executor_gives_the_same_answer_on_one_thread) {
  boost::asio::io_context loop;
  InlineExecutor executor;
  EXPECT_EQ(*drive(loop, run_on(executor, answer)), 42);
}

TEST(RunOn, a_full_pool_is_overload) {
  class Full final : public Executor {
    bool post(std::move_only_function<void()>) override { return false; }
  };
  boost::asio::io_context loop;
  Full full;
  EXPECT_EQ(drive(loop, run_on(full, answer)).code(), ErrorCode::overloaded);
}

Task<> ask_and_count(Executor& executor, int& answered) {
  const auto result = co_await run_on(executor, answer);
  if (result) ++answered;
}

TEST(RunOn, many_answers_cross_threads_without_loss) {
  boost::asio::io_context loop;
  ThreadPool pool{3, 10'000, "test"};
  int answered = 0;
  for (int n = 0; n < 1000; ++n) {
    boost::asio::co_spawn(loop, ask_and_count(pool, answered), boost::asio::detached);
  }
  loop.run();
  EXPECT_EQ(answered, 1000);
}

}  // namespace
}  // namespace gochat

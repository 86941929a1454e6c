#include "async/gather.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "async/drive.hpp"
#include "base/result.hpp"

namespace gochat {
namespace {

using testing::ElementsAre;

Task<int> after(Timers& timers, int milliseconds, int value, std::vector<int>* ended) {
  co_await timers.sleep(std::chrono::milliseconds{milliseconds});
  ended->push_back(value);
  co_return value;
}

Task<Result<int>> at_once(int value) { co_return value; }

Task<int> throwing() {
  throw std::runtime_error{"broken"};
  co_return 0;
}

TEST(Gather, waits_for_all_and_answers_in_the_order_of_the_tasks) {
  boost::asio::io_context loop;
  ManualTimers timers;
  std::vector<int> ended;
  std::vector<Task<int>> tasks;
  tasks.push_back(after(timers, 30, 1, &ended));
  tasks.push_back(after(timers, 10, 2, &ended));
  tasks.push_back(after(timers, 20, 3, &ended));
  EXPECT_THAT(drive(loop, timers, gather(std::move(tasks))), ElementsAre(1, 2, 3));
  EXPECT_THAT(ended, ElementsAre(2, 3, 1));
}

TEST(Gather, takes_tasks_whose_result_cannot_be_made_from_nothing) {
  boost::asio::io_context loop;
  std::vector<Task<Result<int>>> tasks;
  tasks.push_back(at_once(7));
  const auto answers = drive(loop, gather(std::move(tasks)));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(*answers[0], 7);
}

TEST(Gather, of_nothing_is_nothing) {
  boost::asio::io_context loop;
  EXPECT_TRUE(drive(loop, gather(std::vector<Task<int>>{})).empty());
}

TEST(Gather, throws_only_after_every_task_has_ended) {
  boost::asio::io_context loop;
  ManualTimers timers;
  std::vector<int> ended;
  std::vector<Task<int>> tasks;
  tasks.push_back(throwing());
  tasks.push_back(after(timers, 10, 2, &ended));
  EXPECT_THROW(drive(loop, timers, gather(std::move(tasks))), std::runtime_error);
  EXPECT_THAT(ended, ElementsAre(2));
}

Task<int> stuck(std::vector<std::move_only_function<void(int)>>* never) {
  co_return co_await await_callback<int>(
      [never](auto done) { never->emplace_back(std::move(done)); });
}

Task<> wait_for(Task<std::vector<int>> all, std::shared_ptr<int> held) {
  co_await std::move(all);
  ++*held;
}

TEST(Gather, frees_whoever_waits_when_a_task_is_dropped_unfinished) {
  boost::asio::io_context loop;
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> waiting = held;
  std::vector<std::move_only_function<void(int)>> never;
  std::vector<Task<int>> tasks;
  tasks.push_back(stuck(&never));
  boost::asio::co_spawn(loop, wait_for(gather(std::move(tasks)), std::move(held)),
                        [](const std::exception_ptr&) {});
  loop.poll();
  EXPECT_FALSE(waiting.expired());
  never.clear();
  loop.restart();
  loop.poll();  // dropped coroutines are unwound on their loop
  EXPECT_TRUE(waiting.expired());
}

}  // namespace
}  // namespace gochat

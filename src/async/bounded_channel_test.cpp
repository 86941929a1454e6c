#include "async/bounded_channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

namespace gochat {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

class Channel : public ::testing::Test {
 protected:
  boost::asio::io_context loop;
  BoundedChannel<int> channel{2};
  std::vector<int> pushed;
  std::vector<int> refused;
  std::vector<int> popped;
  int ended = 0;

  Task<> push(int value) {
    const bool taken = co_await channel.push(value);
    (taken ? pushed : refused).push_back(value);
  }
  Task<> push_all(int begin, int end) {
    for (int n = begin; n < end; ++n) co_await push(n);
  }
  Task<> pop() {
    const auto value = co_await channel.pop();
    if (value) popped.push_back(*value);
    if (!value) ++ended;
  }
  Task<> pop_all() {
    const int before = ended;
    while (ended == before) co_await pop();
  }
  void start(Task<> task) {
    boost::asio::co_spawn(loop, std::move(task), boost::asio::detached);
    turn();
  }
  void turn() {
    loop.restart();
    loop.poll();
  }
};

TEST_F(Channel, values_leave_in_the_order_in_which_they_came) {
  start(pop_all());
  start(push_all(0, 100));
  std::vector<int> all(100);
  for (int n = 0; n < 100; ++n) all[n] = n;
  EXPECT_THAT(popped, ElementsAreArray(all));
}

TEST_F(Channel, who_pushes_into_a_full_one_waits_for_room) {
  start(push_all(0, 5));
  EXPECT_THAT(pushed, ElementsAre(0, 1));
  EXPECT_EQ(channel.size(), 2u);
  EXPECT_EQ(channel.try_pop(), 0);
  turn();
  EXPECT_THAT(pushed, ElementsAre(0, 1, 2));
  EXPECT_EQ(channel.size(), 2u) << "room is never taken twice";
}

TEST_F(Channel, trying_does_not_wait_and_keeps_the_value) {
  BoundedChannel<std::unique_ptr<int>> owners{1};
  auto first = std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  EXPECT_TRUE(owners.try_push(std::move(first)));
  EXPECT_FALSE(owners.try_push(std::move(second)));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(**owners.try_pop(), 1);
  EXPECT_FALSE(owners.try_pop().has_value());
}

TEST_F(Channel, those_who_wait_are_served_in_the_order_in_which_they_came) {
  for (int n = 0; n < 6; ++n) start(push(n));
  std::vector<int> seen;
  while (auto value = channel.try_pop()) seen.push_back(*value);
  turn();
  EXPECT_THAT(seen, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(pushed, ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(Channel, a_value_goes_to_the_one_who_waits_longest_and_nobody_takes_it_away) {
  start(pop());
  start(pop());
  EXPECT_TRUE(channel.try_push(1));
  EXPECT_FALSE(channel.try_pop().has_value());
  turn();
  EXPECT_THAT(popped, ElementsAre(1));
  EXPECT_TRUE(channel.try_push(2));
  turn();
  EXPECT_THAT(popped, ElementsAre(1, 2));
}

TEST_F(Channel, closing_ends_those_who_wait_for_a_value) {
  start(pop());
  start(pop());
  channel.close();
  turn();
  EXPECT_EQ(ended, 2);
}

TEST_F(Channel, closing_refuses_new_values_and_loses_none_that_was_taken) {
  start(push_all(0, 3));
  channel.close();
  turn();
  EXPECT_THAT(pushed, ElementsAre(0, 1));
  EXPECT_THAT(refused, ElementsAre(2));
  EXPECT_FALSE(channel.try_push(9));
  start(push(9));
  EXPECT_THAT(refused, ElementsAre(2, 9));
  start(pop_all());
  EXPECT_THAT(popped, ElementsAre(0, 1));
  EXPECT_EQ(ended, 1);
}

TEST_F(Channel, coroutines_that_wait_for_ever_are_destroyed_with_the_loop) {
  const auto held = std::make_shared<int>(1);
  {
    boost::asio::io_context short_lived;
    BoundedChannel<int> silent{1};
    auto wait = [](BoundedChannel<int>& from, std::shared_ptr<int>) -> Task<> {
      [[maybe_unused]] const auto value = co_await from.pop();
    };
    boost::asio::co_spawn(short_lived, wait(silent, held), boost::asio::detached);
    short_lived.poll();
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace gochat

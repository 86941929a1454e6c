#include "async/loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "async/gate.hpp"
#include "async/mailbox.hpp"

namespace gochat {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(Mailbox, many_posts_wake_the_loop_once) {
  boost::asio::io_context loop;
  Mailbox mailbox{loop, 1000};
  std::vector<int> seen;
  for (int n = 0; n < 3; ++n) ASSERT_TRUE(mailbox.post([&seen, n] { seen.push_back(n); }));
  EXPECT_EQ(loop.poll(), 1u);
  EXPECT_THAT(seen, ElementsAre(0, 1, 2));
}

TEST(Mailbox, what_is_posted_by_a_call_runs_in_the_next_turn) {
  boost::asio::io_context loop;
  Mailbox mailbox{loop, 1000};
  bool ran = false;
  ASSERT_TRUE(mailbox.post([&] { ASSERT_TRUE(mailbox.post([&] { ran = true; })); }));
  EXPECT_EQ(loop.poll_one(), 1u);
  EXPECT_FALSE(ran);
  EXPECT_EQ(loop.poll_one(), 1u);
  EXPECT_TRUE(ran);
}

TEST(Mailbox, a_full_one_is_overload_until_the_loop_has_run) {
  boost::asio::io_context loop;
  Mailbox mailbox{loop, 2};
  ASSERT_TRUE(mailbox.post([] {}));
  ASSERT_TRUE(mailbox.post([] {}));
  EXPECT_EQ(mailbox.post([] { FAIL(); }).code(), ErrorCode::overloaded);
  loop.poll();
  EXPECT_TRUE(mailbox.post([] {}));
}

TEST(Mailbox, what_has_not_run_is_dropped_with_it) {
  boost::asio::io_context loop;
  const auto held = std::make_shared<int>(1);
  {
    Mailbox mailbox{loop, 2};
    ASSERT_TRUE(mailbox.post([held] { FAIL(); }));
  }
  EXPECT_EQ(held.use_count(), 1);
  loop.poll();
}

TEST(Mailbox, a_call_may_destroy_it) {
  boost::asio::io_context loop;
  auto mailbox = std::make_optional<Mailbox>(loop, 10);
  ASSERT_TRUE(mailbox->post([&] { mailbox.reset(); }));
  ASSERT_TRUE(mailbox->post([] { FAIL(); }));
  loop.poll();
  EXPECT_FALSE(mailbox.has_value());
}

TEST(Loop, posts_of_many_threads_all_run_on_its_thread_each_threads_in_order) {
  std::map<int, std::vector<int>> seen;
  bool elsewhere = false;
  {
    Loop loop{"test"};
    loop.start();
    std::vector<std::thread> senders;
    senders.reserve(4);
    for (int sender = 0; sender < 4; ++sender) {
      senders.emplace_back([&, sender] {
        for (int n = 0; n < 1000; ++n) {
          while (!loop.post([&, sender, n] {
            seen[sender].push_back(n);
            elsewhere = elsewhere || !loop.on_this_thread();
          })) {
          }
        }
      });
    }
    for (auto& sender : senders) sender.join();
    std::promise<void> done;
    ASSERT_TRUE(loop.post([&] { done.set_value(); }));
    done.get_future().wait();
  }
  EXPECT_FALSE(elsewhere);
  for (int sender = 0; sender < 4; ++sender) {
    ASSERT_EQ(seen[sender].size(), 1000u);
    EXPECT_TRUE(std::ranges::is_sorted(seen[sender]));
  }
}

TEST(Loop, runs_without_work_until_it_is_stopped) {
  Loop loop{"test"};
  std::thread other{[&] { loop.stop(); }};
  loop.run();
  other.join();
  EXPECT_FALSE(loop.on_this_thread());
}

TEST(Loop, its_thread_carries_its_name) {
  Loop loop{"io-7"};
  loop.start();
  std::promise<std::string> name;
  ASSERT_TRUE(loop.post([&] {
    char text[16] = {};
    pthread_getname_np(pthread_self(), text, sizeof text);
    name.set_value(text);
  }));
  EXPECT_EQ(name.get_future().get(), "io-7");
}

struct Ticker {
  explicit Ticker(Loop& on) : loop{on}, gate{on.executor()} {}
  Task<> tick() {
    while (!stopping) {
      ++ticks;
      co_await loop.timers().sleep(10us);
    }
  }
  Task<> stop() {
    stopping = true;
    co_await gate.close();
    loop.stop();
  }
  Loop& loop;
  Gate gate;
  bool stopping = false;
  int ticks = 0;
};

TEST(Loop, work_is_drained_by_its_gate_and_the_loop_stopped_behind_it) {
  Loop loop{"test"};
  Ticker ticker{loop};
  ASSERT_TRUE(loop.post([&] { ASSERT_TRUE(ticker.gate.spawn(ticker.tick())); }));
  std::thread other{[&] {
    std::promise<void> begun;
    ASSERT_TRUE(loop.post([&] { begun.set_value(); }));
    begun.get_future().wait();
    ASSERT_TRUE(loop.post(
        [&] { boost::asio::co_spawn(loop.context(), ticker.stop(), boost::asio::detached); }));
  }};
  loop.run();
  other.join();
  EXPECT_GT(ticker.ticks, 0);
  EXPECT_EQ(ticker.gate.inside(), 0u);
}

TEST(Loop, one_that_is_destroyed_mid_flight_joins_its_thread_and_drops_its_work) {
  const auto held = std::make_shared<int>(1);
  auto forever = [](Timers& timers, std::shared_ptr<int>) -> Task<> {
    for (;;) co_await timers.sleep(1us);
  };
  {
    Loop loop{"test"};
    loop.start();
    std::promise<void> begun;
    ASSERT_TRUE(loop.post([&] {
      boost::asio::co_spawn(loop.context(), forever(loop.timers(), held), boost::asio::detached);
      begun.set_value();
    }));
    begun.get_future().wait();
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace gochat

#include "base/mutex.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

#include "base/assert.hpp"

namespace gochat {
namespace {

struct Counter {
  Mutex mutex;
  Condition changed;
  int value GOCHAT_GUARDED_BY(mutex) = 0;

  void add() {
    {
      MutexLock lock{mutex};
      ++value;
    }
    changed.notify_all();
  }
  void wait_for(int least) {
    MutexLock lock{mutex};
    while (value < least) changed.wait(mutex);
  }
};

TEST(Mutex, guards_and_its_condition_wakes) {
  Counter counter;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int n = 0; n < 4; ++n) {
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) counter.add();
    });
  }
  counter.wait_for(4000);
  for (auto& thread : threads) thread.join();
}

TEST(Mutex, a_wait_ends_when_its_time_is_over) {
  Counter counter;
  MutexLock lock{counter.mutex};
  std::cv_status status = std::cv_status::no_timeout;
  // Wakes without cause are allowed, and say nothing about the time.
  while (status != std::cv_status::timeout) {
    status = counter.changed.wait_for(counter.mutex, std::chrono::milliseconds{1});
  }
  EXPECT_EQ(counter.value, 0);
}

TEST(AssertDeathTest, a_broken_invariant_ends_the_process_and_names_the_place) {
  const int two = 2;
  GOCHAT_ASSERT(two == 2);
  EXPECT_DEATH(GOCHAT_ASSERT(two == 3), "assertion failed: two == 3 .*mutex_test.cpp:");
}

}  // namespace
}  // namespace gochat

// What the contracts do not reach: the bounds of the adapters that only remember.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>

#include "adapters/memory/memory_cache.hpp"
#include "adapters/memory/memory_coordinator.hpp"
#include "adapters/memory/memory_tickets.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/memory/system_clock.hpp"
#include "async/drive.hpp"
#include "base/log.hpp"

namespace gochat::memory {
namespace {

using namespace std::chrono_literals;

class MemoryHints : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return drive(loop_, timers_, std::move(task));
  }
  boost::asio::io_context loop_;
  ManualTimers timers_;
};

class MemoryCacheTest : public MemoryHints {
 protected:
  bool fill(const std::string& key, std::size_t bytes) {
    return *run(cache_.fill(key, {std::string(bytes, 'x'), 1}, 1h));
  }
  bool has(const std::string& key) { return run(cache_.get(key))->has_value(); }

  MemoryCache cache_{timers_, {.bytes_max = 10'000}};
};

TEST_F(MemoryCacheTest, forgets_what_was_used_longest_ago_when_it_is_full) {
  fill("a", 3'000);
  fill("b", 3'000);
  fill("c", 3'000);
  EXPECT_TRUE(has("a"));
  fill("d", 3'000);
  EXPECT_TRUE(has("a"));
  EXPECT_FALSE(has("b"));
  EXPECT_TRUE(has("c"));
  EXPECT_TRUE(has("d"));
  EXPECT_LE(cache_.bytes(), 10'000U);
}

TEST_F(MemoryCacheTest, keeps_no_value_that_is_larger_than_all_of_it) {
  fill("a", 3'000);
  fill("b", 20'000);
  EXPECT_TRUE(has("a"));
  EXPECT_FALSE(has("b"));
}

TEST_F(MemoryCacheTest, counts_the_bytes_of_what_it_holds) {
  for (int n = 0; n < 100; ++n) fill("key-" + std::to_string(n % 7), 500);
  for (int n = 0; n < 7; ++n) {
    ASSERT_TRUE(run(cache_.invalidate("key-" + std::to_string(n), 9, 1ms)));
  }
  timers_.advance(1s);
  for (int n = 0; n < 7; ++n) EXPECT_FALSE(has("key-" + std::to_string(n)));
  EXPECT_EQ(cache_.bytes(), 0U);
}

TEST_F(MemoryHints, refuses_tickets_above_its_bound_until_some_are_taken_or_expire) {
  MemoryTickets tickets{timers_, {.tickets_max = 2}};
  EXPECT_TRUE(run(tickets.put("1", "", 30s)));
  EXPECT_TRUE(run(tickets.put("2", "", 30s)));
  EXPECT_EQ(run(tickets.put("3", "", 30s)).code(), ErrorCode::overloaded);
  timers_.advance(31s);
  EXPECT_TRUE(run(tickets.put("3", "", 30s)));
}

TEST_F(MemoryHints, has_no_machine_number_for_one_too_many) {
  MemoryCoordinator coordinator;
  for (int n = 0; n < 1'024; ++n) {
    ASSERT_TRUE(run(coordinator.lease_machine("instance-" + std::to_string(n))));
  }
  EXPECT_EQ(run(coordinator.lease_machine("one more")).code(), ErrorCode::unavailable);
  EXPECT_TRUE(run(coordinator.lease_machine("instance-7")));
}

TEST_F(MemoryHints, lets_a_leadership_outlive_its_coordinator) {
  auto coordinator = std::make_unique<MemoryCoordinator>();
  auto first = std::move(*run(coordinator->campaign("election", "a")));
  auto second = std::move(*run(coordinator->campaign("election", "b")));
  coordinator.reset();
  first.reset();
  EXPECT_TRUE(second->held());
}

TEST_F(MemoryHints, issues_ids_above_what_is_stored_and_above_the_floor) {
  const SystemClock clock;
  const std::int64_t far = std::int64_t{1} << 60;
  SnowflakeIds stored{{0, 0, Deadline::max()}, far, clock, timers_};
  const std::int64_t first = stored.next();
  EXPECT_GT(first, far);
  EXPECT_GT(stored.next(), first);
  EXPECT_GT(stored.lead_ms(), 0);
  SnowflakeIds floored{{0, far, Deadline::max()}, 0, clock, timers_};
  EXPECT_GT(floored.next(), far);
}

TEST_F(MemoryHints, ends_the_process_before_an_id_of_a_lost_machine_number) {
  const SystemClock clock;
  SnowflakeIds ids{{0, 0, timers_.now() + 1s}, 0, clock, timers_};
  EXPECT_GT(ids.next(), 0);
  timers_.advance(2s);
  const auto issues_another = [&ids] {
    log::set_sink([](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); });
    ids.next();
  };
  EXPECT_DEATH(issues_another(), "ends before an id can repeat");
}

}  // namespace
}  // namespace gochat::memory

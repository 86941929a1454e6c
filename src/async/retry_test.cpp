#include "async/retry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <limits>
#include <vector>

#include "async/drive.hpp"

namespace gochat {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();

TEST(FullJitter, lies_between_nothing_and_a_bound_that_doubles_up_to_the_highest) {
  const RetryPolicy policy{.attempts_max = 9, .first_delay_max = 50ms, .delay_max = 300ms};
  EXPECT_EQ(full_jitter(policy, 1, 0), 0ms);
  EXPECT_EQ(full_jitter(policy, 1, highest), 50ms);
  EXPECT_EQ(full_jitter(policy, 2, highest), 100ms);
  EXPECT_EQ(full_jitter(policy, 3, highest), 200ms);
  EXPECT_EQ(full_jitter(policy, 4, highest), 300ms);
  EXPECT_EQ(full_jitter(policy, 4'000'000'000, highest), 300ms);
}

TEST(FullJitter, each_part_of_the_bound_is_as_likely) {
  const RetryPolicy policy{.attempts_max = 2, .first_delay_max = 100ns, .delay_max = 1s};
  std::vector<int> hits(101);
  for (std::uint64_t n = 0; n < 10'100; ++n) {
    ++hits[static_cast<std::size_t>(full_jitter(policy, 1, highest / 10'100 * n).count())];
  }
  for (const int count : hits) EXPECT_NEAR(count, 100, 1);
}

TEST(RetryBudget, allows_a_burst_and_then_a_part_of_the_calls) {
  RetryBudget budget{0.1, 3};
  int retries = 0;
  for (int call = 0; call < 1000; ++call) {
    budget.called();
    if (budget.spend()) ++retries;
  }
  EXPECT_NEAR(retries, 3 + 100, 1);
}

class Retries : public ::testing::Test {
 protected:
  boost::asio::io_context loop;
  ManualTimers timers;
  RetryBudget budget;
  std::vector<Duration> asked;
  RetryPolicy policy{.attempts_max = 4, .first_delay_max = 100ms, .delay_max = 10s};

  // Fails `times` with `error`, then answers 42.
  Result<int> run(int times, Error error, Duration within) {
    const MonoTime start = timers.now();
    Retry retry{timers, policy, [] { return highest; }, budget};
    auto attempt = [this, start, times, error](Deadline deadline) {
      return call(start, times, error, deadline);
    };
    return drive(loop, timers, retry.run(start + within, attempt));
  }
  Task<Result<int>> call(MonoTime start, int times, Error error, Deadline) {
    asked.push_back(timers.now() - start);
    if (asked.size() <= static_cast<std::size_t>(times)) co_return error;
    co_return 42;
  }
};

TEST_F(Retries, a_success_is_not_repeated) {
  EXPECT_EQ(*run(0, {}, 1h), 42);
  EXPECT_THAT(asked, ElementsAre(0ms));
}

TEST_F(Retries, what_time_may_mend_is_tried_again_after_growing_pauses) {
  EXPECT_EQ(*run(3, failed(ErrorCode::unavailable, "away"), 1h), 42);
  EXPECT_THAT(asked, ElementsAre(0ms, 100ms, 300ms, 700ms));
}

TEST_F(Retries, what_no_retry_mends_is_answered_at_once) {
  EXPECT_EQ(run(9, failed(ErrorCode::forbidden, "no"), 1h).code(), ErrorCode::forbidden);
  EXPECT_THAT(asked, ElementsAre(0ms));
}

TEST_F(Retries, the_last_error_is_the_answer_when_the_tries_are_used_up) {
  EXPECT_EQ(run(9, failed(ErrorCode::timeout, "slow"), 1h).code(), ErrorCode::timeout);
  EXPECT_EQ(asked.size(), 4u);
}

TEST_F(Retries, no_pause_begins_that_ends_behind_the_deadline) {
  EXPECT_EQ(run(9, failed(ErrorCode::unavailable, "away"), 300ms).code(), ErrorCode::unavailable);
  EXPECT_THAT(asked, ElementsAre(0ms, 100ms));
}

TEST_F(Retries, the_time_that_an_error_names_is_waited_for) {
  Error error = failed(ErrorCode::rate_limited, "slowly");
  error.retry_after_ms = 2000;
  EXPECT_EQ(*run(1, error, 1h), 42);
  EXPECT_THAT(asked, ElementsAre(0ms, 2000ms));
}

TEST_F(Retries, callers_share_one_budget) {
  budget = RetryBudget{0, 2};
  EXPECT_EQ(run(9, failed(ErrorCode::unavailable, "away"), 1h).code(), ErrorCode::unavailable);
  EXPECT_EQ(asked.size(), 3u);
  asked.clear();
  EXPECT_EQ(run(9, failed(ErrorCode::unavailable, "away"), 1h).code(), ErrorCode::unavailable);
  EXPECT_EQ(asked.size(), 1u) << "the first caller spent what there was";
}

}  // namespace
}  // namespace gochat

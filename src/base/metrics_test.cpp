#include "base/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace gochat::metrics {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, each_family_has_its_help_and_type_once_and_then_its_series) {
  Counter up;
  Counter down;
  up.add();
  down.add(41);
  down.add();
  Registry registry;
  registry.counter({"gochat_moves_total", "Moves.", {{"way", "up"}}}, up);
  registry.gauge({"gochat_height", "How high\nit is."}, [] { return 1.5; });
  registry.counter({"gochat_moves_total", "Moves.", {{"way", "down"}}}, down);
  EXPECT_EQ(registry.text(),
            "# HELP gochat_moves_total Moves.\n"
            "# TYPE gochat_moves_total counter\n"
            "gochat_moves_total{way=\"up\"} 1\n"
            "gochat_moves_total{way=\"down\"} 42\n"
            "# HELP gochat_height How high\\nit is.\n"
            "# TYPE gochat_height gauge\n"
            "gochat_height 1.5\n");
}

TEST(Metrics, a_histogram_counts_up_to_and_with_each_bound) {
  WaitHistogram wait;
  wait.observe(std::chrono::milliseconds{1});
  wait.observe(std::chrono::nanoseconds{1'000'001});
  wait.observe(std::chrono::seconds{60});
  wait.observe(std::chrono::nanoseconds{-5});
  Registry registry;
  registry.histogram({"gochat_wait_seconds", "Waiting."}, wait);
  EXPECT_THAT(registry.text(),
              AllOf(HasSubstr("_bucket{le=\"0.0001\"} 1\n"), HasSubstr("_bucket{le=\"0.001\"} 2\n"),
                    HasSubstr("_bucket{le=\"0.0025\"} 3\n"), HasSubstr("_bucket{le=\"10\"} 3\n"),
                    HasSubstr("_bucket{le=\"+Inf\"} 4\n"),
                    HasSubstr("gochat_wait_seconds_sum 60.002000001\n"),
                    HasSubstr("gochat_wait_seconds_count 4\n")));
}

TEST(Metrics, a_family_grows_with_the_values_that_occur_and_no_further_than_its_limit) {
  Family<Counter> refusals{"code"};
  refusals.at({"RATE_LIMITED"}).add();
  refusals.at({"RATE_LIMITED"}).add();
  refusals.at({"odd\"\\\n"}).add();
  for (std::size_t n = 0; n < Family<Counter>::cells_max; ++n) {
    refusals.at({std::to_string(n)}).add();
  }
  Registry registry;
  registry.counter({"gochat_refusals_total", "Refusals."}, refusals);
  EXPECT_THAT(
      registry.text(),
      AllOf(HasSubstr("{code=\"RATE_LIMITED\"} 2\n"), HasSubstr("{code=\"odd\\\"\\\\\\n\"} 1\n"),
            HasSubstr("{code=\"other\"} 2\n"), Not(HasSubstr("\"1023\""))));
}

TEST(Metrics, no_count_of_any_thread_is_lost) {
  Counter counter;
  WaitHistogram wait;
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n) {
    threads.emplace_back([&] {
      for (int count = 0; count < 10'000; ++count) {
        counter.add();
        wait.observe(std::uint64_t{1});
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 40'000U);
  EXPECT_EQ(wait.bucket(0), 40'000U);
}

}  // namespace
}  // namespace gochat::metrics

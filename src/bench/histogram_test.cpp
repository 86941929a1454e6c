#include "bench/histogram.hpp"

#include <gtest/gtest.h>

namespace gochat::bench {
namespace {

TEST(Histogram, answers_shares_within_one_percent) {
  Histogram histogram;
  for (int n = 1; n <= 100'000; ++n) histogram.add(n * 1'000LL);
  EXPECT_NEAR(histogram.ms(0.5), 50.0, 0.5);
  EXPECT_NEAR(histogram.ms(0.99), 99.0, 1.0);
  EXPECT_DOUBLE_EQ(histogram.max_ms(), 100.0);
  EXPECT_EQ(histogram.count(), 100'000U);
}

TEST(Histogram, keeps_small_values_exact_and_takes_hours) {
  Histogram histogram;
  histogram.add(7);
  EXPECT_DOUBLE_EQ(histogram.ms(0.5), 7e-6);
  histogram.add(3'600'000'000'000LL * 5);
  EXPECT_NEAR(histogram.ms(0.99), 5 * 3.6e6, 5 * 3.6e4);
}

}  // namespace
}  // namespace gochat::bench

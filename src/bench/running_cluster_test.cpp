#include "bench/running_cluster.hpp"

#include <gtest/gtest.h>

namespace gochat::bench {
namespace {

TEST(RunningCluster, sums_all_series_of_a_metric_and_no_other) {
  constexpr std::string_view text =
      "# HELP a_total words 7\n"
      "# TYPE a_total counter\n"
      "a_total{topic=\"x y\"} 2\n"
      "a_total{topic=\"z\"} 3.5\n"
      "a_total_more 100\n"
      "b 4\n";
  EXPECT_DOUBLE_EQ(sum_of(text, "a_total"), 5.5);
  EXPECT_DOUBLE_EQ(sum_of(text, "b"), 4);
  EXPECT_DOUBLE_EQ(sum_of(text, "absent"), 0);
  EXPECT_DOUBLE_EQ(sum_of("b 1e3", "b"), 1000);
}

TEST(RunningCluster, takes_addresses_and_process_numbers_and_says_what_is_neither) {
  Loop loop{"test"};
  const auto good = RunningCluster::of(loop, "http://127.0.0.1:1,http://localhost:2",
                                       "logic=http://127.0.0.1:3,kafka=17");
  ASSERT_TRUE(good);
  ASSERT_EQ((*good)->doors().size(), 2U);
  EXPECT_EQ((*good)->doors()[1].host, "localhost");
  EXPECT_EQ((*good)->doors()[1].port, 2);
  for (const auto* wrong : {"", "127.0.0.1:1", "http://127.0.0.1", "http://:1", "http://a:70000"}) {
    EXPECT_FALSE(RunningCluster::of(loop, wrong, "")) << wrong;
  }
  for (const auto* wrong : {"logic", "=17", "logic=", "logic=x"}) {
    EXPECT_FALSE(RunningCluster::of(loop, "http://127.0.0.1:1", wrong)) << wrong;
  }
}

}  // namespace
}  // namespace gochat::bench

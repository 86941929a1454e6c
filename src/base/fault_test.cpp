#include "base/fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <set>

namespace gochat {
namespace {

using ::testing::ExitedWithCode;
using ::testing::HasSubstr;

TEST(FaultNames, are_unique_and_described) {
  std::set<std::string_view> names;
  for (const auto& row : fault::point_rows) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.what.empty()) << row.name;
  }
  for (const auto& row : fault::bug_rows) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.what.empty()) << row.name;
  }
}

#ifndef GOCHAT_FAULTS

TEST(FaultNames, a_build_without_faults_refuses_to_arm_any) {
  EXPECT_TRUE(fault::arm({}));
  EXPECT_FALSE(fault::arm({.crash = "checkpoint"}));
  EXPECT_FALSE(GOCHAT_PLANTED(sync_skipped));
  GOCHAT_FAULT_POINT(checkpoint);
  EXPECT_EQ(fault::passes(fault::Point::checkpoint), 0u);
}

#else

// The product's rooms are full of points; a test passes one by hand and leaves nothing armed.
class Faults : public ::testing::Test {
 protected:
  void TearDown() override { ASSERT_TRUE(fault::arm({})); }
  static std::string refusal(fault::Settings settings) {
    const auto armed = fault::arm(settings);
    return armed ? "armed" : armed.error().hint;
  }
};
using FaultsDeathTest = Faults;

TEST_F(FaultsDeathTest, a_crash_point_ends_the_process_at_its_nth_pass_and_says_so) {
  const auto pass_four_times = [] {
    if (!fault::arm({.crash = "store_before_commit:3"})) return;
    GOCHAT_FAULT_POINT(store_before_commit);
    GOCHAT_FAULT_POINT(store_after_commit);
    GOCHAT_FAULT_POINT(store_before_commit);
    std::atexit([] { std::abort(); });
    GOCHAT_FAULT_POINT(store_before_commit);
  };
  EXPECT_EXIT(pass_four_times(), ExitedWithCode(fault::crash_exit_code),
              "crash point store_before_commit, pass 3");
}

TEST_F(FaultsDeathTest, a_crash_point_without_a_number_ends_at_the_first_pass) {
  const auto pass_once = [] {
    if (fault::arm({.crash = "checkpoint,merge_slice"})) GOCHAT_FAULT_POINT(merge_slice);
  };
  EXPECT_EXIT(pass_once(), ExitedWithCode(fault::crash_exit_code), "merge_slice, pass 1");
}

TEST_F(Faults, a_point_that_is_not_armed_only_counts) {
  ASSERT_TRUE(fault::arm({}));
  for (int n = 0; n < 3; ++n) GOCHAT_FAULT_POINT(checkpoint);
  EXPECT_EQ(fault::passes(fault::Point::checkpoint), 3u);
  EXPECT_EQ(fault::passes(fault::Point::merge_slice), 0u);
}

TEST_F(Faults, a_pause_stops_the_thread_that_passes) {
  ASSERT_TRUE(fault::arm({.pause = "merge_slice:5"}));
  const auto start = std::chrono::steady_clock::now();
  GOCHAT_FAULT_POINT(merge_slice);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds{5});
}

TEST_F(Faults, a_planted_bug_is_on_until_it_is_armed_otherwise) {
  EXPECT_FALSE(GOCHAT_PLANTED(sync_skipped));
  ASSERT_TRUE(fault::arm({.plant = "sync_skipped"}));
  EXPECT_TRUE(GOCHAT_PLANTED(sync_skipped));
  EXPECT_FALSE(GOCHAT_PLANTED(receipt_before_commit));
  ASSERT_TRUE(fault::arm({}));
  EXPECT_FALSE(GOCHAT_PLANTED(sync_skipped));
}

TEST_F(Faults, an_unknown_name_or_number_is_refused_by_name) {
  EXPECT_THAT(refusal({.crash = "checkpiont"}), HasSubstr("GOCHAT_CRASH: `checkpiont`"));
  EXPECT_THAT(refusal({.crash = "checkpoint:0"}), HasSubstr("checkpoint:0"));
  EXPECT_THAT(refusal({.crash = "checkpoint:two"}), HasSubstr("checkpoint:two"));
  EXPECT_THAT(refusal({.crash = "checkpoint,,"}), HasSubstr("names no fault"));
  EXPECT_THAT(refusal({.pause = "checkpoint"}), HasSubstr("needs :ms"));
  EXPECT_THAT(refusal({.pause = "checkpoint:600001"}), HasSubstr("needs :ms"));
  EXPECT_THAT(refusal({.plant = "sync_skipped:1"}), HasSubstr("takes no number"));
  EXPECT_THAT(refusal({.plant = "checkpoint"}), HasSubstr("names no fault"));
}

TEST_F(Faults, the_environment_is_read_by_its_three_names) {
  ::setenv("GOCHAT_PAUSE", "checkpoint:1", 1);
  const auto settings = fault::from_environment();
  ::unsetenv("GOCHAT_PAUSE");
  EXPECT_EQ(settings.pause, "checkpoint:1");
  EXPECT_EQ(settings.crash, "");
  EXPECT_EQ(settings.plant, "");
}

#endif

}  // namespace
}  // namespace gochat

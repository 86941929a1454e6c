#include "domain/snowflake.hpp"

#include <gtest/gtest.h>

namespace gochat {
namespace {

constexpr auto noon = wall_time(1'750'000'000'000);
constexpr auto later(std::int64_t milliseconds) { return wall_time(ms(noon) + milliseconds); }

TEST(Snowflake, carries_time_machine_and_sequence) {
  Snowflake ids{5};
  const auto id = ids.next(noon);
  EXPECT_EQ(ids.time_of(id), noon);
  EXPECT_EQ(id >> 12 & 0x3ff, 5);
  EXPECT_EQ(id & 0xfff, 0);
  EXPECT_EQ(ids.next(noon), id + 1);
}

TEST(Snowflake, rises_while_the_clock_stands_still_and_borrows_the_next_millisecond) {
  Snowflake ids{0};
  auto last = ids.next(noon);
  for (int n = 1; n < 10'000; ++n) {
    const auto id = ids.next(noon);
    ASSERT_GT(id, last);
    last = id;
  }
  EXPECT_EQ(ids.time_of(last), later(2));  // 4096 + 4096 + the rest
  EXPECT_EQ(ids.lead_ms(noon), 2);
  EXPECT_EQ(ids.lead_ms(later(10)), 0);
}

TEST(Snowflake, goes_on_from_the_last_id_when_the_clock_steps_back) {
  Snowflake ids{0};
  const auto before = ids.next(noon);
  EXPECT_EQ(ids.next(later(-3'600'000)), before + 1);
  EXPECT_EQ(ids.lead_ms(later(-1'000)), 1'000);
  EXPECT_EQ(ids.time_of(ids.next(later(1))), later(1));
}

TEST(Snowflake, starts_above_what_was_issued_before) {
  const auto stored = Snowflake{0}.next(later(5'000));
  Snowflake ids{0, stored};
  EXPECT_EQ(ids.next(noon), stored + 1);
}

TEST(Snowflake, starts_above_an_id_of_another_machine) {
  const auto foreign = Snowflake{1'023}.next(noon);
  Snowflake ids{0, foreign};
  const auto id = ids.next(noon);
  EXPECT_GT(id, foreign);
  EXPECT_EQ(id >> 12 & 0x3ff, 0);
}

TEST(Snowflake, issues_no_zero_even_before_its_epoch) {
  Snowflake ids{0};
  EXPECT_GT(ids.next(wall_time(0)), 0);
}

TEST(Snowflake, works_in_another_layout) {
  constexpr SnowflakeLayout narrow{4, 3, 1'700'000'000'000};
  Snowflake ids{9, 0, narrow};
  auto last = ids.next(noon);
  EXPECT_EQ(last >> 3 & 0xf, 9);
  EXPECT_EQ(ids.time_of(last), noon);
  for (int n = 1; n < 20; ++n) {
    const auto id = ids.next(noon);
    ASSERT_GT(id, last);
    ASSERT_EQ(id >> 3 & 0xf, 9);
    last = id;
  }
  EXPECT_EQ(ids.lead_ms(noon), 2);  // 8 a millisecond
}

}  // namespace
}  // namespace gochat

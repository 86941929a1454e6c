#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {

std::string CacheContract::value(const std::string& key) {
  const auto found = get(port().get(own(key)));
  return found ? found->bytes : "-";
}

bool CacheContract::fill(const std::string& key, const std::string& bytes, std::uint64_t version,
                         Duration ttl) {
  return get(port().fill(own(key), {bytes, version}, ttl));
}

void CacheContract::invalidate(const std::string& key, std::uint64_t version, Duration floor_ttl) {
  get(port().invalidate(own(key), version, floor_ttl));
}

namespace {

TEST_P(CacheContract, gives_what_was_filled_with_its_version) {
  const std::string odd("\0\xff\"", 3);
  EXPECT_EQ(value("a"), "-");
  EXPECT_TRUE(fill("a", odd, 7));
  EXPECT_EQ(value("a"), odd);
  EXPECT_EQ(get(port().get(own("a")))->version, 7U);
  EXPECT_EQ(value("b"), "-");
}

TEST_P(CacheContract, takes_newer_values_only) {
  fill("a", "seven", 7);
  EXPECT_FALSE(fill("a", "six", 6));
  EXPECT_FALSE(fill("a", "other seven", 7));
  EXPECT_EQ(value("a"), "seven");
  EXPECT_TRUE(fill("a", "eight", 8));
  EXPECT_EQ(value("a"), "eight");
}

TEST_P(CacheContract, forgets_a_removed_value) {
  fill("a", "seven", 7);
  invalidate("a", 8);
  EXPECT_EQ(value("a"), "-");
}

TEST_P(CacheContract, lets_no_slow_reader_fill_in_what_was_removed_meanwhile) {
  invalidate("a", 8);
  EXPECT_FALSE(fill("a", "seven", 7));
  EXPECT_FALSE(fill("a", "eight", 8));
  EXPECT_EQ(value("a"), "-");
  EXPECT_TRUE(fill("a", "nine", 9));
  EXPECT_EQ(value("a"), "nine");
}

TEST_P(CacheContract, keeps_the_highest_floor_of_several_removals) {
  fill("a", "nine", 9);
  invalidate("a", 5);
  EXPECT_EQ(value("a"), "-");
  EXPECT_FALSE(fill("a", "nine", 9));
  EXPECT_TRUE(fill("a", "ten", 10));
}

TEST_P(CacheContract, stamps_lie_above_what_was_there_before) {
  fill("a", "seven", 7);
  const auto first = get(port().stamp(own("a")));
  EXPECT_GT(first, 7U);
  EXPECT_TRUE(fill("a", "stamped", first));
  const auto second = get(port().stamp(own("a")));
  EXPECT_GT(second, first);
  invalidate("a", second);
  const auto third = get(port().stamp(own("a")));
  EXPECT_GT(third, second);
  EXPECT_FALSE(fill("a", "slow", second));
  EXPECT_TRUE(fill("a", "fresh", third));
  EXPECT_EQ(value("a"), "fresh");
}

TEST_P(CacheContract, a_stamp_lies_above_a_version_that_ends_in_nines) {
  const std::uint64_t nines = 9'999'999'999'999'999'999U;
  EXPECT_TRUE(fill("a", "old", nines));
  EXPECT_EQ(get(port().stamp(own("a"))), nines + 1);
}

TEST_P(CacheContract, forgets_values_and_floors_when_their_time_is_over) {
  fill("a", "seven", 7, brief);
  invalidate("b", 8, brief);
  pass(2 * brief);
  EXPECT_EQ(value("a"), "-");
  EXPECT_TRUE(fill("a", "six", 6));
  EXPECT_TRUE(fill("b", "seven", 7));
}

}  // namespace
}  // namespace gochat::contract

#include "base/strong_id.hpp"

#include <gtest/gtest.h>

#include <type_traits>
#include <unordered_set>

namespace gochat {
namespace {

using CatId = StrongId<struct CatTag>;
using DogId = StrongId<struct DogTag>;
using Lives = StrongId<struct LivesTag, std::uint8_t>;

template <class A, class B>
concept Comparable = requires(A a, B b) { a == b; };

static_assert(!std::is_convertible_v<CatId, DogId> && !std::is_constructible_v<CatId, DogId>);
static_assert(!std::is_convertible_v<std::int64_t, CatId>);
static_assert(!Comparable<CatId, DogId> && !Comparable<CatId, std::int64_t>);
static_assert(Comparable<CatId, CatId>);
static_assert(sizeof(Lives) == 1);

TEST(StrongId, is_nothing_until_it_has_a_number) {
  EXPECT_FALSE(CatId{});
  EXPECT_TRUE(CatId{1});
  EXPECT_EQ(CatId{7}.number(), 7);
  EXPECT_EQ(CatId{9'007'199'254'740'993}.text(), "9007199254740993");
}

TEST(StrongId, orders_by_number) {
  EXPECT_LT(CatId{1}, CatId{2});
  EXPECT_EQ(CatId{2}, CatId{2});
}

TEST(StrongId, snowflakes_spread_over_the_buckets_of_a_map) {
  // They differ in their high bits only; a hash that returned the number would fill few buckets.
  std::unordered_set<std::size_t> buckets;
  for (std::int64_t n = 0; n < 1024; ++n) {
    buckets.insert(std::hash<CatId>{}(CatId{n << 22}) >> 54);
  }
  EXPECT_GT(buckets.size(), 500u);
}

}  // namespace
}  // namespace gochat

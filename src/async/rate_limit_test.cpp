#include "async/rate_limit.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gochat {
namespace {

using namespace std::chrono_literals;

constexpr MonoTime start{1h};

int take_all(TokenBucket& bucket, const BucketRate& rate, MonoTime now) {
  int taken = 0;
  while (bucket.try_take(rate, now)) ++taken;
  return taken;
}

TEST(TokenBucket, gives_its_capacity_at_once_and_then_as_it_drips) {
  const BucketRate rate{5, 2};
  TokenBucket bucket;
  EXPECT_EQ(take_all(bucket, rate, start), 5);
  EXPECT_EQ(take_all(bucket, rate, start + 499ms), 0);
  EXPECT_EQ(take_all(bucket, rate, start + 500ms), 1);
  EXPECT_EQ(take_all(bucket, rate, start + 2s), 3);
}

TEST(TokenBucket, never_holds_more_than_its_capacity) {
  const BucketRate rate{3, 10};
  TokenBucket bucket;
  EXPECT_EQ(take_all(bucket, rate, start), 3);
  EXPECT_EQ(take_all(bucket, rate, start + 24h), 3);
}

TEST(TokenBucket, says_when_to_come_back_and_keeps_its_word) {
  const BucketRate rate{2, 3};
  TokenBucket bucket;
  take_all(bucket, rate, start);
  const auto refused = bucket.try_take(rate, start);
  ASSERT_EQ(refused.code(), ErrorCode::rate_limited);
  EXPECT_EQ(refused.error().retry_after_ms, 334u);
  EXPECT_FALSE(bucket.try_take(rate, start + 333ms));
  EXPECT_TRUE(bucket.try_take(rate, start + 334ms));
}

TEST(TokenBucket, a_refusal_takes_nothing) {
  const BucketRate rate{1, 1};
  TokenBucket bucket;
  ASSERT_TRUE(bucket.try_take(rate, start));
  for (int n = 0; n < 1000; ++n) EXPECT_FALSE(bucket.try_take(rate, start + 1ms));
  EXPECT_TRUE(bucket.try_take(rate, start + 1s));
}

TEST(TokenBucket, holds_the_rate_over_a_long_time) {
  const BucketRate rate{10, 7};
  TokenBucket bucket;
  int taken = 0;
  for (MonoTime now = start; now < start + 100s; now += 10ms) taken += take_all(bucket, rate, now);
  EXPECT_NEAR(taken, 10 + 700, 1);
}

TEST(TokenBucket, a_lifted_limit_refuses_nobody) {
  const BucketRate rate{1e15, 1e-3};
  TokenBucket bucket;
  for (int n = 0; n < 10'000; ++n) ASSERT_TRUE(bucket.try_take(rate, start));
}

TEST(KeyedBuckets, keys_do_not_share_a_bucket) {
  KeyedBuckets<std::string> buckets{{1, 1}, 10};
  EXPECT_TRUE(buckets.try_take("a", start));
  EXPECT_FALSE(buckets.try_take("a", start));
  EXPECT_TRUE(buckets.try_take("b", start));
}

TEST(KeyedBuckets, full_buckets_are_forgotten_without_anyone_asking) {
  KeyedBuckets<int> buckets{{1, 1}, 1000};
  for (int key = 0; key < 1000; ++key) ASSERT_TRUE(buckets.try_take(key, start));
  EXPECT_EQ(buckets.size(), 1000u);
  for (int n = 0; n < 1000; ++n) {
    [[maybe_unused]] const auto taken = buckets.try_take(-1, start + 2s + n * 1ms);
  }
  EXPECT_EQ(buckets.size(), 1u);
}

TEST(KeyedBuckets, a_bucket_that_is_not_full_survives_while_there_is_room) {
  KeyedBuckets<int> buckets{{1, 0.001}, 2000};
  ASSERT_TRUE(buckets.try_take(0, start));
  for (int key = 1; key < 1000; ++key) ASSERT_TRUE(buckets.try_take(key, start + key * 1ms));
  EXPECT_FALSE(buckets.try_take(0, start + 2s));
}

TEST(KeyedBuckets, a_flood_of_new_keys_stays_within_the_limit_and_locks_nobody_out) {
  KeyedBuckets<int> buckets{{1, 0.001}, 100};
  for (int key = 0; key < 10'000; ++key) {
    EXPECT_TRUE(buckets.try_take(key, start));
    EXPECT_LE(buckets.size(), 100u);
  }
}

TEST(KeyedBuckets, a_call_may_bring_its_own_rate) {
  KeyedBuckets<int> buckets{{1, 1}, 10};
  const BucketRate generous{3, 1};
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(buckets.try_take(7, generous, start));
  EXPECT_FALSE(buckets.try_take(7, generous, start));
}

}  // namespace
}  // namespace gochat

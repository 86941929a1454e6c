// Token buckets. A bucket is one number, the time at which it will be full again: taking a token
// moves that time on by what one token needs to drip in, and a bucket whose time has passed is full
// and can be forgotten.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>
#include <utility>

#include "async/timer.hpp"
#include "base/assert.hpp"
#include "base/result.hpp"

namespace gochat {

// How many at once, and how many for good.
struct BucketRate {
  double capacity = 1;
  double per_second = 1;

  Duration token_time() const { return nanoseconds(std::ceil(1e9 / per_second)); }
  // Below this the bucket still holds a token.
  Duration backlog_max() const {
    return nanoseconds((capacity - 1) * static_cast<double>(token_time().count()));
  }

 private:
  // Thirty years stand for ever, and leave room for sums: a lifted limit is written as a huge
  // number.
  static Duration nanoseconds(double count) {
    return Duration{static_cast<Duration::rep>(std::min(count, 1e18))};
  }
};

class TokenBucket {
 public:
  // `rate_limited` with retry_after_ms, and then nothing was taken.
  Result<void> try_take(const BucketRate& rate, MonoTime now) {
    const Duration backlog = full(now) ? Duration::zero() : full_at_ - now;
    if (backlog > rate.backlog_max()) return refusal(backlog - rate.backlog_max());
    full_at_ = now + backlog + rate.token_time();
    return {};
  }
  bool full(MonoTime now) const { return full_at_ <= now; }
  // It is that far from being full at least.
  void owe(Duration backlog, MonoTime now) { full_at_ = std::max(full_at_, now + backlog); }

 private:
  static Error refusal(Duration wait) {
    Error error{ErrorCode::rate_limited, "a token bucket is empty", "", 0};
    // Rounded up: who comes back after exactly this time finds a token.
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    error.retry_after_ms = static_cast<std::uint32_t>(ms);
    return error;
  }

  MonoTime full_at_ = MonoTime::min();
};

// One bucket for each key that was seen lately. Lives on one loop.
template <class Key, class Hash = std::hash<Key>>
class KeyedBuckets {
 public:
  KeyedBuckets(BucketRate rate, std::size_t keys_max) : rate_{rate}, keys_max_{keys_max} {
    GOCHAT_ASSERT(rate.capacity >= 1 && rate.per_second > 0 && keys_max > 0);
  }

  Result<void> try_take(const Key& key, MonoTime now) { return try_take(key, rate_, now); }

  // At another rate than the set's own; a key should always come with the same one.
  Result<void> try_take(const Key& key, const BucketRate& rate, MonoTime now) {
    return bucket(key, now).try_take(rate, now);
  }

  // Somebody else took of the same bucket: it is that far from being full at least.
  void owe(const Key& key, Duration backlog, MonoTime now) { bucket(key, now).owe(backlog, now); }

  std::size_t size() const { return buckets_.size(); }

 private:
  // Each call looks at more keys than it can add, so the set shrinks to the live ones at no one's
  // expense.
  static constexpr int looks_per_call = 2;

  TokenBucket& bucket(const Key& key, MonoTime now) {
    forget_full(now);
    auto place = buckets_.find(key);
    if (place == buckets_.end()) {
      if (buckets_.size() == keys_max_) forget_oldest();
      place = buckets_.try_emplace(key).first;
      looked_at_.push_back(&place->first);
    }
    return place->second;
  }

  void forget_full(MonoTime now) {
    for (int look = 0; look < looks_per_call && !looked_at_.empty(); ++look) {
      const Key* key = looked_at_.front();
      looked_at_.pop_front();
      const auto place = buckets_.find(*key);
      if (place->second.full(now)) {
        buckets_.erase(place);
      } else {
        looked_at_.push_back(key);
      }
    }
  }

  // A flood of new keys must not lock out a newcomer: the one not looked at for longest is
  // forgiven.
  void forget_oldest() {
    const Key* key = looked_at_.front();
    looked_at_.pop_front();
    buckets_.erase(buckets_.find(*key));
  }

  BucketRate rate_;
  std::size_t keys_max_;
  std::unordered_map<Key, TokenBucket, Hash> buckets_;
  std::deque<const Key*> looked_at_;  // each key once; a map's keys do not move
};

}  // namespace gochat

// What logic stands on, small and in memory, for its unit tests: time, ids, tokens. The stores are
// in fake_people.hpp and fake_history.hpp.
#pragma once

#include <charconv>
#include <string>
#include <vector>

#include "dispatch/testing/fake_roads.hpp"
#include "ports/clock.hpp"
#include "ports/coordinator.hpp"
#include "ports/failed_tries.hpp"
#include "ports/id_source.hpp"
#include "ports/random.hpp"
#include "ports/rate_limiter.hpp"
#include "ports/token_signer.hpp"

namespace gochat::logic::testing {

class FakeClock final : public Clock {
 public:
  WallTime now() const override { return at; }
  WallTime at = wall_time(1'800'000'000'000);
};

class FakeIds final : public IdSource {
 public:
  std::int64_t next() override { return ++last; }
  std::int64_t last = 1'000;
};

class FakeLeadership final : public Leadership {
 public:
  bool held() const override { return leads; }
  bool leads = true;
};

class FakeLimiter final : public RateLimiter {
 public:
  explicit FakeLimiter(const Timers& timers) : timers_{timers} {}
  Task<Result<void>> take(std::string key, BucketRate rate) override {
    co_return try_take(key, rate);
  }
  Result<void> try_take(const std::string& key, const BucketRate& rate) override {
    return buckets_.try_take(key, rate, timers_.now());
  }

 private:
  const Timers& timers_;
  KeyedBuckets<std::string> buckets_{BucketRate{}, 1'000};
};

class FakeTries final : public FailedTries {
 public:
  explicit FakeTries(const Timers& timers) : timers_{timers} {}
  Task<Result<void>> admit(std::string key, TryPolicy policy) override {
    co_return tries_.admit(key, policy, timers_.now());
  }
  Task<> take_back(std::string key) override {
    tries_.take_back(key);
    co_return;
  }
  Task<> forgive(std::string key) override {
    tries_.forgive(key);
    co_return;
  }

 private:
  const Timers& timers_;
  KeyedTries tries_{1'000};
};

class FakeRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(state_ = state_ * 5 + 7);
  }

 private:
  std::uint32_t state_ = 1;
};

// A token that can be read: "user sid gen guest exp".
class FakeSigner final : public TokenSigner {
 public:
  std::string sign(const TokenClaims& c) const override {
    return c.user.text() + ' ' + c.session.text() + ' ' + std::to_string(c.gen) + ' ' +
           std::to_string(c.is_guest) + ' ' + std::to_string(ms(c.expires_at));
  }
  Result<TokenClaims> verify(std::string_view token, WallTime now) const override {
    const auto numbers = read(token);
    if (numbers.size() != 5) return ErrorCode::unauthorized;
    TokenClaims claims;
    claims.user = UserId{numbers[0]};
    claims.session = SessionId{numbers[1]};
    claims.gen = static_cast<std::uint32_t>(numbers[2]);
    claims.is_guest = numbers[3] != 0;
    claims.expires_at = wall_time(numbers[4]);
    if (claims.expires_at <= now) return ErrorCode::token_expired;
    return claims;
  }
  std::string refresh_token(SessionId session, std::uint32_t gen) const override {
    return session.text() + ' ' + std::to_string(gen);
  }
  Result<Refresh> verify_refresh(std::string_view token) const override {
    const auto numbers = read(token);
    if (numbers.size() != 2) return ErrorCode::unauthorized;
    return Refresh{SessionId{numbers[0]}, static_cast<std::uint32_t>(numbers[1])};
  }

 private:
  static std::vector<std::int64_t> read(std::string_view text) {
    std::vector<std::int64_t> numbers;
    const char* at = text.data();
    const char* end = at + text.size();
    while (at != end) {
      std::int64_t number = 0;
      const auto [stop, error] = std::from_chars(at, end, number);
      if (error != std::errc{}) return {};
      numbers.push_back(number);
      at = stop == end ? stop : stop + 1;
    }
    return numbers;
  }
};

using dispatch::testing::FakeDirectory;
using dispatch::testing::FakeQueue;
using dispatch::testing::FakeRegistry;

}  // namespace gochat::logic::testing

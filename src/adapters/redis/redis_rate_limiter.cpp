#include "adapters/redis/redis_rate_limiter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace gochat::redis {
namespace {

// What one token takes to drip in and how far behind a bucket may be, in microseconds; answers how
// many milliseconds are missing for a token. A bucket that is further behind than its rate allows
// was left by a clock that stepped, or by another rate.
const Script& take_script() {
  static const Script script{"take_token", R"(
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local token, backlog_max = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or 0) or 0
local backlog = math.min(math.max(full_at - now, 0), backlog_max + token)
if backlog > backlog_max then return math.ceil((backlog - backlog_max) / 1000) end
backlog = backlog + token
redis.call('SET', KEYS[1], string.format('%.0f', now + backlog),
           'PX', string.format('%.0f', math.ceil(backlog / 1000)))
return 0)"};
  return script;
}

std::string microseconds(Duration time) {
  return fmt::format("{:.3f}", static_cast<double>(time.count()) / 1'000);
}

Error refusal(std::int64_t wait_ms) {
  Error error = failed(ErrorCode::rate_limited, "a token bucket is empty");
  error.retry_after_ms = static_cast<std::uint32_t>(std::min<std::int64_t>(wait_ms, UINT32_MAX));
  return error;
}

}  // namespace

Task<Result<void>> RedisRateLimiter::take(std::string key, Rate rate) {
  GOCHAT_ASSERT(rate.per_second > 0);
  // A bucket that cannot hold one token would never give one.
  const BucketRate bucket{std::max(rate.burst, 1.0), rate.per_second};
  Command command = run(take_script(), client_.keys().make("limit:", key),
                        {microseconds(bucket.token_time()), microseconds(bucket.backlog_max())});
  command.again = false;
  const auto wait = co_await client_.call_within(std::move(command), limits_.time_max);
  if (!wait || !wait->is(Reply::Kind::number)) {
    judged_locally_.add();
    co_return local_.try_take(key, bucket, client_.timers().now());
  }
  if (wait->number > 0) co_return refusal(wait->number);
  co_return Result<void>{};
}

}  // namespace gochat::redis

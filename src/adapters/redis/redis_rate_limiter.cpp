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

// What the tokens that were taken elsewhere take to drip in, and how far behind a bucket may fall,
// in microseconds; answers how far behind it is.
const Script& settle_script() {
  static const Script script{"settle_tokens", R"(
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local taken, behind_max = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or 0) or 0
local backlog = math.ceil(math.min(math.max(full_at - now, 0) + taken, behind_max))
redis.call('SET', KEYS[1], string.format('%.0f', now + backlog),
           'PX', string.format('%.0f', math.ceil(backlog / 1000)))
return backlog)"};
  return script;
}

// A bucket that many processes emptied at the same moment may owe as much as ten full ones hold. It
// is a bound at all because a clock that stepped back would leave a debt of its own.
constexpr double debt_buckets_max = 10;
// Thirty years, as BucketRate has it, in microseconds that a script counts exactly.
constexpr double forever_us = 1e15;

std::string microseconds(double count) {
  return fmt::format("{:.3f}", std::min(count, forever_us));
}
double us(Duration time) { return static_cast<double>(time.count()) / 1'000; }

Error refusal(std::int64_t wait_ms) {
  Error error = failed(ErrorCode::rate_limited, "a token bucket is empty");
  error.retry_after_ms = static_cast<std::uint32_t>(std::min<std::int64_t>(wait_ms, UINT32_MAX));
  return error;
}

}  // namespace

RedisRateLimiter::RedisRateLimiter(Client& client, boost::asio::any_io_executor executor,
                                   RateLimiterLimits limits)
    : client_{client},
      limits_{limits},
      local_{BucketRate{}, limits.local_keys_max},
      gate_{std::move(executor)},
      beat_{gate_, client.timers(), limits.settled_after, [this] { return settle_all(); }} {
  beat_.start();
}

Task<> RedisRateLimiter::stop() {
  beat_.stop();
  co_await gate_.close();
}

Task<Result<void>> RedisRateLimiter::take(std::string key, BucketRate rate) {
  GOCHAT_ASSERT(rate.capacity >= 1 && rate.per_second > 0);
  Command command =
      run(take_script(), client_.keys().make("limit:", key),
          {microseconds(us(rate.token_time())), microseconds(us(rate.backlog_max()))});
  command.again = false;
  const auto wait = co_await client_.call_within(std::move(command), limits_.time_max);
  if (!wait || !wait->is(Reply::Kind::number)) {
    judged_locally_.add();
    co_return local_.try_take(key, rate, client_.timers().now());
  }
  if (wait->number > 0) co_return refusal(wait->number);
  co_return Result<void>{};
}

Result<void> RedisRateLimiter::try_take(const std::string& key, const BucketRate& rate) {
  auto taken = local_.try_take(key, rate, client_.timers().now());
  if (taken) count(key, rate);
  return taken;
}

void RedisRateLimiter::count(const std::string& key, const BucketRate& rate) {
  auto place = unsettled_.find(key);
  if (place == unsettled_.end()) {
    if (unsettled_.size() == limits_.local_keys_max) return;
    place = unsettled_.try_emplace(key).first;
  }
  Taken& taken = place->second;
  taken.rate = rate;
  ++taken.count;
  if (taken.due || taken.count < rate.capacity * limits_.settled_part) return;
  taken.due = true;
  due_.push_back(key);
  if (settling_) return;
  settling_ = true;  // before it begins, which may be at once
  if (!gate_.spawn(settle_due())) settling_ = false;
}

// One pipeline at a time: what becomes due meanwhile shares the next one.
Task<> RedisRateLimiter::settle_due() {
  while (!due_.empty()) co_await settle(std::exchange(due_, {}));
  settling_ = false;
}

Task<> RedisRateLimiter::settle_all() {
  std::vector<std::string> keys;
  for (const auto& [key, taken] : unsettled_) {
    if (!taken.due) keys.push_back(key);
  }
  co_await settle(std::move(keys));
}

Task<> RedisRateLimiter::settle(std::vector<std::string> keys) {
  std::vector<std::uint32_t> counts;
  std::vector<Command> commands;
  for (const std::string& key : keys) {
    const auto taken = unsettled_.extract(key).mapped();
    const double token = us(taken.rate.token_time());
    const double behind_max = debt_buckets_max * taken.rate.capacity * token;
    commands.push_back(run(settle_script(), client_.keys().make("limit:", key),
                           {microseconds(taken.count * token), microseconds(behind_max)}));
    commands.back().again = false;
    counts.push_back(taken.count);
  }
  if (commands.empty()) co_return;
  const auto replies = co_await client_.call_all(std::move(commands));
  for (std::size_t n = 0; n < keys.size(); ++n) {
    if (replies[n] && replies[n]->is(Reply::Kind::number)) {
      settled_.add();
      adopt(keys[n], std::chrono::microseconds{replies[n]->number});
    } else {
      judged_locally_.add(counts[n]);
    }
  }
}

// How far behind the bucket was when Redis answered, and what was taken here since.
void RedisRateLimiter::adopt(const std::string& key, Duration backlog) {
  const auto since = unsettled_.find(key);
  if (since != unsettled_.end()) backlog += since->second.count * since->second.rate.token_time();
  local_.owe(key, backlog, client_.timers().now());
}

}  // namespace gochat::redis

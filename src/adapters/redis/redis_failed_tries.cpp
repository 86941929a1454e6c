#include "adapters/redis/redis_failed_tries.hpp"

#include <utility>

#include "adapters/redis/numbers.hpp"

namespace gochat::redis {
namespace {

// The tries that are free, the doublings of a second, the longest wait and when all is forgiven, in
// milliseconds; answers how many of them are left to wait. A last try in the future was left by a
// clock that stepped.
const Script& admit_script() {
  static const Script script{"admit_try", R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local free, doublings_max = tonumber(ARGV[1]), tonumber(ARGV[2])
local delay_max, forgiven_after = tonumber(ARGV[3]), tonumber(ARGV[4])
local known = redis.call('HMGET', KEYS[1], 'failed', 'last')
local failed, last = tonumber(known[1] or 0) or 0, tonumber(known[2] or 0) or 0
last = math.min(last, now)
if now - last >= forgiven_after then failed = 0 end
if failed > 0 and failed >= free then
  local delay = math.min(1000 * 2 ^ math.min(failed - free, doublings_max), delay_max)
  if now < last + delay then return math.ceil(last + delay - now) end
end
redis.call('HSET', KEYS[1], 'failed', string.format('%.0f', failed + 1),
           'last', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 0)"};
  return script;
}

const Script& take_back_script() {
  static const Script script{"take_back_try", R"(
local failed = tonumber(redis.call('HGET', KEYS[1], 'failed') or 0) or 0
if failed > 0 then redis.call('HSET', KEYS[1], 'failed', string.format('%.0f', failed - 1)) end
return 0)"};
  return script;
}

constexpr std::string_view family = "limit:";

}  // namespace

Task<Result<void>> RedisFailedTries::admit(std::string key, TryPolicy policy) {
  Command command =
      run(admit_script(), client_.keys().make(family, key),
          {std::to_string(policy.free), std::to_string(TryPolicy::doublings_max),
           milliseconds_of(policy.delay_max), milliseconds_of(policy.forgiven_after)});
  command.again = false;
  const auto wait = co_await client_.call_within(std::move(command), limits_.time_max);
  if (!wait || !wait->is(Reply::Kind::number)) {
    judged_locally_.add();
    co_return local_.admit(key, policy, client_.timers().now());
  }
  if (wait->number == 0) co_return Result<void>{};
  co_return too_many_tries(std::chrono::milliseconds{wait->number});
}

// Where it was counted is not kept: Redis may have gone or come between. What is taken from the
// other one as well is one try more that a guesser has.
Task<> RedisFailedTries::take_back(std::string key) {
  local_.take_back(key);
  Command command = run(take_back_script(), client_.keys().make(family, key), {});
  command.again = false;
  (void)co_await client_.call_within(std::move(command), limits_.time_max);
}

Task<> RedisFailedTries::forgive(std::string key) {
  local_.forgive(key);
  Command command{.name = "DEL", .key = client_.keys().make(family, key)};
  (void)co_await client_.call_within(std::move(command), limits_.time_max);
}

}  // namespace gochat::redis

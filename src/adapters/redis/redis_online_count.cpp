#include "adapters/redis/redis_online_count.hpp"

#include <utility>

#include "adapters/redis/numbers.hpp"

namespace gochat::redis {
namespace {

// A gateway, its people and the lease; answers for all gateways.
const Script& report_script() {
  static const Script script{"report_online", R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', now + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local all, total = redis.call('HGETALL', KEYS[1]), 0
for n = 1, #all, 2 do
  local people, ends = string.match(all[n + 1], '^(%d+) (%d+)$')
  if ends and tonumber(ends) > now then
    total = total + people
  else
    redis.call('HDEL', KEYS[1], all[n])
  end
end
return total)"};
  return script;
}

}  // namespace

Task<Result<std::uint64_t>> RedisOnlineCount::report(std::string gateway, std::uint64_t people) {
  const std::string lease = milliseconds_of(limits_.lease);
  const auto total =
      co_await client_.call(run(report_script(), client_.keys().make("online_users", ""),
                                {std::move(gateway), std::to_string(people), lease}));
  if (!total) co_return total.error();
  if (!total->is(Reply::Kind::number) || total->number < 0) {
    co_return failed(ErrorCode::unavailable, "Redis does not count");
  }
  const auto all = static_cast<std::uint64_t>(total->number);
  Command tell{.name = "SET", .key = client_.keys().make("online_users_count", "")};
  tell.words = {std::to_string(all), "PX", lease};
  const auto told = co_await client_.call(std::move(tell));
  if (!told) co_return told.error();
  co_return all;
}

}  // namespace gochat::redis

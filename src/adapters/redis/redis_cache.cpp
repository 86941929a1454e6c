#include "adapters/redis/redis_cache.hpp"

#include <utility>

#include "adapters/redis/numbers.hpp"

namespace gochat::redis {
namespace {

// The floor lies beside the value, so that a key that was removed is gone. A version of another
// length was written by nobody here and holds nothing off.
const Script& fill_script() {
  static const Script script{"fill", R"(
local version = ARGV[1]
for n, held in ipairs({redis.call('HGET', KEYS[1], 'version') or '',
                       redis.call('GET', KEYS[2]) or ''}) do
  if #held == #version and held >= version then return 0 end
end
redis.call('HSET', KEYS[1], 'version', version, 'value', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1)"};
  return script;
}

const Script& invalidate_script() {
  static const Script script{"invalidate", R"(
local floor = ARGV[1]
for n, held in ipairs({redis.call('HGET', KEYS[1], 'version') or '',
                       redis.call('GET', KEYS[2]) or ''}) do
  if #held == #floor and held > floor then floor = held end
end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], floor, 'PX', ARGV[2])
return 1)"};
  return script;
}

// The digits of a sum are made by hand: a script's numbers are doubles, which hold microseconds
// of today but not every version.
const Script& stamp_script() {
  static const Script script{"stamp", R"(
local now = redis.call('TIME')
local stamp = string.format('%014d%06d', now[1], now[2])
for n, held in ipairs({redis.call('HGET', KEYS[1], 'version') or '',
                       redis.call('GET', KEYS[2]) or ''}) do
  if #held == #stamp and held >= stamp and not string.match(held, '%D') then
    local head, nines = string.match(held, '^(%d-)(9*)$')
    stamp = string.sub(head, 1, -2) .. string.format('%d', string.sub(head, -1) + 1) ..
            string.rep('0', #nines)
  end
end
return stamp)"};
  return script;
}

Command with_floor(const Script& script, Key key, std::vector<std::string> words) {
  std::string floor = beside(key, "floor");
  Command command = run(script, std::move(key), std::move(words));
  command.keys_beside = {std::move(floor)};
  return command;
}

}  // namespace

Task<Result<std::optional<Cache::Value>>> RedisCache::get(std::string key) {
  const Key where = client_.keys().named(key);
  auto held = co_await client_.call({.name = "HMGET", .key = where, .words = {"version", "value"}});
  if (!held) co_return std::move(held).error();
  if (held->items.size() != 2 || !held->items[1].is(Reply::Kind::text)) {
    co_return std::optional<Value>{};
  }
  const auto version = number_of<std::uint64_t>(held->items[0].text);
  if (!version) {
    client_.met_unreadable(where);
    co_return std::optional<Value>{};
  }
  co_return std::optional{Value{std::move(held->items[1].text), *version}};
}

Task<Result<std::uint64_t>> RedisCache::stamp(std::string key) {
  const Key where = client_.keys().named(key);
  auto stamp = co_await client_.call(with_floor(stamp_script(), where, {}));
  if (!stamp) co_return std::move(stamp).error();
  const auto version = number_of<std::uint64_t>(stamp->text);
  if (!version) {
    client_.met_unreadable(where);
    co_return failed(ErrorCode::unavailable, "a version of a cached value is at its end");
  }
  co_return *version;
}

Task<Result<bool>> RedisCache::fill(std::string key, Value value, Duration ttl) {
  auto filled = co_await client_.call(
      with_floor(fill_script(), client_.keys().named(key),
                 {padded(value.version), std::move(value.bytes), milliseconds_of(ttl)}));
  if (!filled) co_return std::move(filled).error();
  co_return filled->number == 1;
}

Task<Result<void>> RedisCache::invalidate(std::string key, std::uint64_t version,
                                          Duration floor_ttl) {
  auto removed = co_await client_.call(with_floor(invalidate_script(), client_.keys().named(key),
                                                  {padded(version), milliseconds_of(floor_ttl)}));
  if (!removed) co_return std::move(removed).error();
  co_return Result<void>{};
}

}  // namespace gochat::redis

#include "adapters/redis/redis_set_cache.hpp"

#include <utility>

#include "adapters/redis/numbers.hpp"
#include "base/assert.hpp"

namespace gochat::redis {
namespace {

constexpr std::string_view version_mark = "version:";

// The version, the time to keep, ZADD or SADD and the words of it. A set that went away before its
// version did may come back as it was, one that was removed may not.
const Script& fill_script() {
  static const Script script{"fill_set", R"(
local key, beside, built = KEYS[1], KEYS[2], KEYS[3]
local version = ARGV[1]
local held, how = string.match(redis.call('GET', beside) or '', '^(%d+) (%l+)$')
if held and #held == #version then
  if held > version then return 0 end
  if held == version and (how == 'removed' or redis.call('EXISTS', key) == 1) then return 0 end
end
redis.call('DEL', built)
for first = 4, #ARGV, 1000 do
  redis.call(ARGV[3], built, unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
redis.call('PEXPIRE', built, ARGV[2])
redis.call('RENAME', built, key)
redis.call('SET', beside, version .. ' filled', 'PX', ARGV[2])
return 1)"};
  return script;
}

const Script& invalidate_script() {
  static const Script script{"invalidate_set", R"(
local floor = ARGV[1]
local held = string.match(redis.call('GET', KEYS[2]) or '', '^%d+')
if held and #held == #floor and held > floor then floor = held end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], floor .. ' removed', 'PX', ARGV[2])
return 1)"};
  return script;
}

}  // namespace

Task<Result<std::optional<SetCache::Members>>> RedisSetCache::get(std::string key) {
  const Key where = client_.keys().named(key);
  const bool ranked = kind_ == SetKind::ranked;
  Command command{.name = ranked ? "ZRANGE" : "SMEMBERS", .key = where};
  if (ranked) command.words = {"0", "-1", "WITHSCORES"};
  auto held = co_await client_.call(std::move(command));
  if (!held) co_return std::move(held).error();
  if (held->items.empty()) co_return std::optional<Members>{};
  Members members;
  bool whole = false;
  const std::size_t step = ranked ? 2 : 1;
  for (std::size_t n = 0; n + step <= held->items.size(); n += step) {
    std::string& text = held->items[n].text;
    if (text.starts_with(version_mark)) {
      const auto version =
          number_of<std::uint64_t>(std::string_view{text}.substr(version_mark.size()));
      whole = version.has_value();
      members.version = version.value_or(0);
      continue;
    }
    const auto rank = ranked ? number_of<std::int64_t>(held->items[n + 1].text) : 0;
    members.all.push_back({std::move(text), rank.value_or(0)});
  }
  if (!whole) {
    client_.met_unreadable(where);
    co_return std::optional<Members>{};
  }
  co_return std::optional{std::move(members)};
}

Task<Result<bool>> RedisSetCache::fill(std::string key, Members members, Duration ttl) {
  const bool ranked = kind_ == SetKind::ranked;
  const std::string version = padded(members.version);
  std::vector<std::string> words{version, milliseconds_of(ttl), ranked ? "ZADD" : "SADD"};
  words.reserve(words.size() + 2 * members.all.size() + 2);
  members.all.push_back({std::string{version_mark} + version, 0});
  for (Member& one : members.all) {
    GOCHAT_ASSERT(&one == &members.all.back() || !one.text.starts_with(version_mark));
    if (ranked) words.push_back(std::to_string(one.rank));
    words.push_back(std::move(one.text));
  }
  Key where = client_.keys().named(key);
  std::vector<std::string> more{beside(where, "version"), beside(where, "tmp")};
  Command command = run(fill_script(), std::move(where), std::move(words));
  command.keys_beside = std::move(more);
  auto filled = co_await client_.call(std::move(command));
  if (!filled) co_return std::move(filled).error();
  co_return filled->number == 1;
}

Task<Result<void>> RedisSetCache::invalidate(std::string key, std::uint64_t version,
                                             Duration floor_ttl) {
  Key where = client_.keys().named(key);
  std::vector<std::string> more{beside(where, "version")};
  Command command =
      run(invalidate_script(), std::move(where), {padded(version), milliseconds_of(floor_ttl)});
  command.keys_beside = std::move(more);
  auto removed = co_await client_.call(std::move(command));
  if (!removed) co_return std::move(removed).error();
  co_return Result<void>{};
}

}  // namespace gochat::redis

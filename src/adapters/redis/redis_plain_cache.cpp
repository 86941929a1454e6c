#include "adapters/redis/redis_plain_cache.hpp"

#include <utility>

#include "adapters/redis/numbers.hpp"

namespace gochat::redis {
namespace {

// The number, its digits and the time to keep. Numbers are compared by length and then as texts,
// because they are larger than a script's own; what is no number counts as none.
const Script& raise_script() {
  static const Script script{"raise", R"(
local held, wanted = redis.call('GET', KEYS[1]) or '', ARGV[1]
local higher = #held > #wanted or (#held == #wanted and held > wanted)
if higher and string.match(held, '^[1-9]%d*$') then wanted = held end
redis.call('SET', KEYS[1], wanted, 'PX', ARGV[2])
return 1)"};
  return script;
}

}  // namespace

Task<Result<std::vector<std::optional<std::string>>>> RedisPlainCache::get(
    std::vector<std::string> keys) {
  std::vector<Command> commands;
  commands.reserve(keys.size());
  for (const std::string& key : keys) {
    commands.push_back({.name = "GET", .key = client_.keys().named(key)});
  }
  auto held = co_await client_.all_of(std::move(commands));
  if (!held) co_return std::move(held).error();
  std::vector<std::optional<std::string>> found;
  found.reserve(held->size());
  for (Reply& reply : *held) {
    if (reply.is(Reply::Kind::text)) {
      found.emplace_back(std::move(reply.text));
    } else {
      found.emplace_back();
    }
  }
  co_return found;
}

Task<Result<void>> RedisPlainCache::put(std::vector<Entry> entries, Duration ttl) {
  std::vector<Command> commands;
  commands.reserve(entries.size());
  for (Entry& entry : entries) {
    commands.push_back({.name = "SET",
                        .key = client_.keys().named(entry.key),
                        .words = {std::move(entry.bytes), "PX", milliseconds_of(ttl)}});
  }
  co_return co_await do_all(std::move(commands));
}

Task<Result<void>> RedisPlainCache::raise(std::vector<Mark> marks, Duration ttl) {
  std::vector<Command> commands;
  commands.reserve(marks.size());
  for (const Mark& mark : marks) {
    commands.push_back(run(raise_script(), client_.keys().named(mark.key),
                           {std::to_string(mark.number), milliseconds_of(ttl)}));
  }
  co_return co_await do_all(std::move(commands));
}

Task<Result<void>> RedisPlainCache::drop(std::vector<std::string> keys) {
  std::vector<Command> commands;
  commands.reserve(keys.size());
  for (const std::string& key : keys) {
    commands.push_back({.name = "DEL", .key = client_.keys().named(key)});
  }
  co_return co_await do_all(std::move(commands));
}

Task<Result<void>> RedisPlainCache::do_all(std::vector<Command> commands) {
  auto done = co_await client_.all_of(std::move(commands));
  if (!done) co_return std::move(done).error();
  co_return Result<void>{};
}

}  // namespace gochat::redis

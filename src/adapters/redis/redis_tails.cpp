#include "adapters/redis/redis_tails.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "adapters/redis/numbers.hpp"
#include "adapters/redis/tail_text.hpp"

namespace gochat::redis {
namespace {

// Time to keep, then connection and tail of each.
const Script& save_script() {
  static const Script script{"save_tails", R"(
for n = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1)"};
  return script;
}

// The heir, the oldest time and the sockets that are open; answers the tail of the last one that is
// not, which is the heir's own from then on. Connections are compared as texts because they are
// larger than a script's numbers.
const Script& inherit_script() {
  static const Script script{"inherit_tail", R"(
local open = {}
for n = 3, #ARGV do open[ARGV[n]] = true end
local held, last, tail = redis.call('HGETALL', KEYS[1]), nil, nil
for n = 1, #held, 2 do
  local at = tonumber(string.match(held[n + 1], '^(%-?%d+) '))
  local id = held[n]
  local later = not last or #id > #last or (#id == #last and id > last)
  if at and at >= tonumber(ARGV[2]) and not open[id] and later then
    last, tail = id, held[n + 1]
  end
end
if not last then return false end
redis.call('HDEL', KEYS[1], last)
redis.call('HSET', KEYS[1], ARGV[1], tail)
return tail)"};
  return script;
}

// The time before which, and how many at most.
const Script& expire_script() {
  static const Script script{"expire_tails", R"(
local held, left = redis.call('HGETALL', KEYS[1]), tonumber(ARGV[2])
for n = 1, #held, 2 do
  local at = tonumber(string.match(held[n + 1], '^(%-?%d+) '))
  if left > 0 and (not at or at < tonumber(ARGV[1])) then
    redis.call('HDEL', KEYS[1], held[n])
    left = left - 1
  end
end
return ARGV[2] - left)"};
  return script;
}

}  // namespace

Task<Result<void>> RedisTails::save(std::vector<SessionTail> tails, WallTime at) {
  std::map<SessionId, std::vector<std::string>> by_session;
  for (const SessionTail& tail : tails) {
    auto& words = by_session[tail.session];
    if (words.empty()) words = {milliseconds_of(limits_.kept)};
    words.push_back(tail.connection.text());
    words.push_back(tail_text(tail, at));
  }
  std::vector<Command> commands;
  commands.reserve(by_session.size());
  for (auto& [session, words] : by_session) {
    commands.push_back(run(save_script(), key_of(session), std::move(words)));
  }
  auto saved = co_await client_.all_of(std::move(commands));
  if (!saved) co_return std::move(saved).error();
  co_return Result<void>{};
}

Task<Result<std::optional<SessionTail>>> RedisTails::inherit(Inheritance inheritance) {
  const Key key = key_of(inheritance.session);
  std::vector<std::string> words{inheritance.heir.text(),
                                 std::to_string(ms(inheritance.not_before))};
  for (const ConnectionId connection : inheritance.open) words.push_back(connection.text());
  while (true) {
    // Asked once more because an answer was lost, the heir, being the last, gets what it has.
    auto taken = co_await client_.call(run(inherit_script(), key, words));
    if (!taken) co_return std::move(taken).error();
    if (!taken->is(Reply::Kind::text)) co_return std::optional<SessionTail>{};
    if (auto tail = read_tail(taken->text)) {
      tail->session = inheritance.session;
      tail->connection = inheritance.heir;
      co_return tail;
    }
    // The one before it may be whole.
    client_.met_unreadable(key);
    auto forgotten = co_await forget(inheritance.session, inheritance.heir);
    if (!forgotten) co_return std::move(forgotten).error();
  }
}

Task<Result<void>> RedisTails::forget(SessionId session, ConnectionId connection) {
  auto forgotten =
      co_await client_.call({.name = "HDEL", .key = key_of(session), .words = {connection.text()}});
  if (!forgotten) co_return std::move(forgotten).error();
  co_return Result<void>{};
}

Task<Result<std::size_t>> RedisTails::delete_expired(WallTime before, std::size_t limit) {
  std::size_t deleted = 0;
  for (Client::Place place; !place.end && deleted < limit;) {
    auto found = co_await client_.scan("session_tail:", std::move(place));
    if (!found) co_return std::move(found).error();
    place = std::move(found->next);
    for (Key& key : found->keys) {
      if (deleted == limit) break;
      auto gone =
          co_await client_.call(run(expire_script(), std::move(key),
                                    {std::to_string(ms(before)), std::to_string(limit - deleted)}));
      if (!gone) co_return std::move(gone).error();
      deleted += static_cast<std::size_t>(std::max<std::int64_t>(gone->number, 0));
    }
  }
  co_return deleted;
}

}  // namespace gochat::redis

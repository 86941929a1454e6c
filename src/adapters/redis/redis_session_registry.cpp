#include "adapters/redis/redis_session_registry.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "adapters/redis/session_fields.hpp"

namespace gochat::redis {
namespace {

// Drops what has expired or cannot be read, names the newest of the rest, and lets the key end with
// the last one.
constexpr const char* settle = R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function settle(key)
  local held, last, newest, gateway = redis.call('HGETALL', key), 0, -1, nil
  for n = 1, #held, 2 do
    local field = held[n]
    if field ~= 'gateway_id' and field ~= 'login_at' then
      local ends, login, at =
          string.match(held[n + 1], '^(%d+) %d+ %-?%d+ (%-?%d+) (.+)$')
      ends = tonumber(ends or 0)
      if ends <= now then
        redis.call('HDEL', key, field)
      else
        if ends > last then last = ends end
        if tonumber(login) >= newest then
          newest, gateway = tonumber(login), at
        end
      end
    end
  end
  if last == 0 then return redis.call('DEL', key) end
  redis.call('HSET', key, 'gateway_id', gateway, 'login_at',
             string.format('%.0f', newest))
  redis.call('PEXPIREAT', key, string.format('%.0f', last))
end
)";

// The lease, then of each connection its id, boot, session, time of login and gateway; answers
// which of them were not there.
const Script& keep_script() {
  static const Script script{"keep_connections", std::string{settle} + R"(
local added = {}
local ends = string.format('%.0f', now + ARGV[1])
for n = 2, #ARGV, 5 do
  local before = redis.call('HGET', KEYS[1], ARGV[n])
  local ended = before and tonumber(string.match(before, '^(%d+) ')) or 0
  added[#added + 1] = ended > now and 0 or 1
  redis.call('HSET', KEYS[1], ARGV[n], table.concat(
      {ends, ARGV[n + 1], ARGV[n + 2], ARGV[n + 3], ARGV[n + 4]}, ' '))
end
settle(KEYS[1])
return added)"};
  return script;
}

// The connections that go, if any.
const Script& drop_script() {
  static const Script script{"drop_connections", std::string{settle} + R"(
for n = 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[n]) end
settle(KEYS[1])
return 1)"};
  return script;
}

// The lease and the gateways; one that is kept already stays for longer. Answers those that are
// there.
const Script& gateways_script() {
  static const Script script{"keep_gateways", R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local ends = string.format('%.0f', now + ARGV[1])
for n = 2, #ARGV do redis.call('ZADD', KEYS[1], 'GT', ends, ARGV[n]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
if #ARGV > 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return redis.call('ZRANGE', KEYS[1], 0, -1))"};
  return script;
}

using Place = std::pair<std::string, std::uint64_t>;

std::string words_of(const Place& place) {
  return std::to_string(place.second) + " " + place.first;
}

void sort_once(std::vector<UserId>& users) {
  std::ranges::sort(users);
  const auto repeated = std::ranges::unique(users);
  users.erase(repeated.begin(), repeated.end());
}

}  // namespace

std::string RedisSessionRegistry::lease_words() const {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(limits_.lease).count();
  return std::to_string(ms);
}

Task<Result<void>> RedisSessionRegistry::add(RegisteredConnection connection) {
  std::vector<RegisteredConnection> one;
  one.push_back(std::move(connection));
  auto added = co_await refresh(std::move(one));
  if (!added) co_return std::move(added).error();
  co_return Result<void>{};
}

Task<Result<void>> RedisSessionRegistry::remove(UserId user, ConnectionId connection) {
  auto dropped = co_await client_.call(run(drop_script(), key_of(user), {connection.text()}));
  if (!dropped) co_return std::move(dropped).error();
  co_return Result<void>{};
}

Task<Result<std::vector<ConnectionId>>> RedisSessionRegistry::refresh(
    std::vector<RegisteredConnection> all) {
  std::vector<ConnectionId> lost;
  if (all.empty()) co_return lost;
  std::map<UserId, std::vector<const RegisteredConnection*>> by_user;
  std::set<Place> places;
  for (const RegisteredConnection& one : all) {
    by_user[one.user].push_back(&one);
    places.emplace(one.gateway, one.boot);
  }
  std::vector<Command> commands;
  commands.reserve(by_user.size() + 1);
  for (const auto& [user, connections] : by_user) {
    std::vector<std::string> words{lease_words()};
    for (const RegisteredConnection* one : connections) {
      words.insert(words.end(),
                   {one->connection.text(), std::to_string(one->boot), one->session.text(),
                    std::to_string(ms(one->login_at)), one->gateway});
    }
    commands.push_back(run(keep_script(), key_of(user), std::move(words)));
  }
  std::vector<std::string> kept{lease_words()};
  for (const Place& place : places) kept.push_back(words_of(place));
  commands.push_back(run(gateways_script(), gateways_key(), std::move(kept)));

  auto replies = co_await client_.all_of(std::move(commands));
  if (!replies) co_return std::move(replies).error();
  std::size_t at = 0;
  for (const auto& [user, connections] : by_user) {
    const Reply& added = (*replies)[at++];
    for (std::size_t n = 0; n < connections.size() && n < added.items.size(); ++n) {
      if (added.items[n].number != 0) lost.push_back(connections[n]->connection);
    }
  }
  co_return lost;
}

Task<Result<std::vector<GatewayRecipients>>> RedisSessionRegistry::locate(
    std::vector<UserId> users) {
  sort_once(users);
  std::vector<Command> commands;
  commands.reserve(2 * users.size());
  for (const UserId user : users) {
    commands.push_back({.name = "HGETALL", .key = key_of(user)});
    commands.push_back({.name = "PTTL", .key = key_of(user)});
  }
  auto replies = co_await client_.all_of(std::move(commands));
  if (!replies) co_return std::move(replies).error();

  std::map<Place, std::vector<UserId>> found;
  std::vector<Command> prunes;
  for (std::size_t n = 0; n < users.size(); ++n) {
    const HeldLeases held = live_leases((*replies)[2 * n], (*replies)[2 * n + 1].number);
    if (held.untidy) prunes.push_back(run(drop_script(), key_of(users[n]), {}));
    for (const HeldLease& lease : held.live) {
      auto& there = found[{lease.gateway, lease.boot}];
      if (there.empty() || there.back() != users[n]) there.push_back(users[n]);
    }
  }
  if (!prunes.empty()) co_await client_.call_all(std::move(prunes));
  std::vector<GatewayRecipients> recipients;
  recipients.reserve(found.size());
  for (auto& [place, there] : found) {
    recipients.push_back({place.first, place.second, std::move(there)});
  }
  co_return recipients;
}

Task<Result<std::vector<GatewayRecipients>>> RedisSessionRegistry::gateways() {
  auto kept = co_await client_.call(run(gateways_script(), gateways_key(), {lease_words()}));
  if (!kept) co_return std::move(kept).error();
  std::vector<GatewayRecipients> found;
  for (const Reply& one : kept->items) {
    auto read = read_gateway(one.text);
    if (read) {
      found.push_back({std::move(read->gateway), read->boot, {}});
    } else {
      client_.met_unreadable(gateways_key());
    }
  }
  co_return found;
}

Task<Result<std::vector<UserId>>> RedisSessionRegistry::online(std::vector<UserId> users) {
  std::vector<Command> commands;
  commands.reserve(users.size());
  for (const UserId user : users) commands.push_back({.name = "HLEN", .key = key_of(user)});
  auto lengths = co_await client_.all_of(std::move(commands));
  if (!lengths) co_return std::move(lengths).error();
  std::vector<UserId> found;
  for (std::size_t n = 0; n < users.size(); ++n) {
    if ((*lengths)[n].number > 0) found.push_back(users[n]);
  }
  co_return found;
}

}  // namespace gochat::redis

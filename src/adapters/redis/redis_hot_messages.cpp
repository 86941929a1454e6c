#include "adapters/redis/redis_hot_messages.hpp"

#include <algorithm>
#include <utility>

#include "adapters/redis/numbers.hpp"

namespace gochat::redis {
namespace {

// How many stay and for how many milliseconds, then seq and text of each. What had a seq is dropped
// first: the set would keep the old text beside the new one.
const Script& put_script() {
  static const Script script{"put_hot_messages", R"(
for n = 3, #ARGV, 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[1], ARGV[n], ARGV[n])
  redis.call('ZADD', KEYS[1], ARGV[n], ARGV[n + 1])
end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1)"};
  return script;
}

const Script& below_script() {
  static const Script script{"hot_messages_below", R"(
return {redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES'),
        redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])})"};
  return script;
}

// Texts and scores in turn.
std::optional<std::vector<HotMessage>> read_messages(Reply& reply) {
  std::vector<HotMessage> messages;
  for (std::size_t n = 0; n + 1 < reply.items.size(); n += 2) {
    const auto seq = number_of<std::uint64_t>(reply.items[n + 1].text);
    if (!seq) return std::nullopt;
    messages.push_back({Seq{*seq}, std::move(reply.items[n].text)});
  }
  return messages;
}

}  // namespace

Task<Result<void>> RedisHotMessages::put(ConversationId conversation,
                                         std::vector<HotMessage> messages) {
  std::vector<std::string> words{std::to_string(limits::hot_messages_max),
                                 milliseconds_of(limits::hot_messages_age_max)};
  for (HotMessage& one : messages) {
    words.push_back(one.seq.text());
    words.push_back(std::move(one.text));
  }
  auto put = co_await client_.call(run(put_script(), key_of(conversation), std::move(words)));
  if (!put) co_return std::move(put).error();
  co_return Result<void>{};
}

Task<Result<HotPage>> RedisHotMessages::below(ConversationId conversation, Seq end,
                                              std::size_t limit) {
  const Key key = key_of(conversation);
  auto read =
      co_await client_.call(run(below_script(), key, {"(" + end.text(), std::to_string(limit)}));
  if (!read) co_return std::move(read).error();
  HotPage page;
  if (read->items.size() != 2) co_return page;
  auto newest = read_messages(read->items[0]);
  auto messages = read_messages(read->items[1]);
  if (!newest || !messages) {
    client_.met_unreadable(key);
    co_return page;
  }
  if (!newest->empty()) page.newest = std::move(newest->front());
  page.messages = std::move(*messages);
  std::ranges::reverse(page.messages);
  co_return page;
}

Task<Result<void>> RedisHotMessages::drop(ConversationId conversation) {
  auto dropped = co_await client_.call({.name = "DEL", .key = key_of(conversation)});
  if (!dropped) co_return std::move(dropped).error();
  co_return Result<void>{};
}

}  // namespace gochat::redis

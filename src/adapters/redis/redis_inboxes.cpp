#include "adapters/redis/redis_inboxes.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "adapters/redis/numbers.hpp"

namespace gochat::redis {
namespace {

constexpr std::string_view kept = "kept";

// How many entries and for how many milliseconds, then score and member of each entry.
const Script& add_script() {
  static const Script script{"add_to_inbox", R"(
local key = KEYS[1]
if not redis.call('ZSCORE', key, 'kept') then return 0 end
for n = 3, #ARGV, 2 do
  redis.call('ZADD', key, 'NX', ARGV[n], ARGV[n + 1])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('(%.0f', ARGV[n] - ARGV[2]))
end
redis.call('ZREMRANGEBYRANK', key, 0, -2 - ARGV[1])
redis.call('PEXPIRE', key, ARGV[2])
return 1)"};
  return script;
}

const Script& fill_script() {
  static const Script script{"fill_inbox", R"(
redis.call('DEL', KEYS[1])
for n = 2, #ARGV, 2 do redis.call('ZADD', KEYS[1], ARGV[n], ARGV[n + 1]) end
redis.call('ZADD', KEYS[1], '+inf', 'kept')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1)"};
  return script;
}

std::string age_max() { return milliseconds_of(limits::inbox_age_max); }

void append_entry(std::vector<std::string>& words, const InboxEntry& entry) {
  words.push_back(std::to_string(ms(entry.at)));
  words.push_back(entry.conversation.text() + ":" + padded(entry.seq.number()));
}

std::optional<InboxEntry> read_entry(const std::string& member, const std::string& score) {
  const auto colon = member.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  const auto seq = number_of<std::uint64_t>(std::string_view{member}.substr(colon + 1));
  const auto at = number_of<std::int64_t>(score);
  if (!seq || !at) return std::nullopt;
  return InboxEntry{ConversationId{member.substr(0, colon)}, Seq{*seq}, wall_time(*at)};
}

// The clock that stamped two messages may have stepped between them: each conversation's entries
// are put into the order of their seqs, in the places that they have.
void sort_within_conversations(std::vector<InboxEntry>& entries) {
  std::unordered_map<ConversationId, std::vector<std::size_t>> places;
  for (std::size_t n = 0; n < entries.size(); ++n) {
    places[entries[n].conversation].push_back(n);
  }
  for (const auto& [conversation, at] : places) {
    const auto seq_at = [&](std::size_t n) { return entries[n].seq; };
    if (std::ranges::is_sorted(at, {}, seq_at)) continue;
    std::vector<InboxEntry> sorted;
    for (const std::size_t n : at) sorted.push_back(std::move(entries[n]));
    std::ranges::sort(sorted, {}, &InboxEntry::seq);
    for (std::size_t n = 0; n < at.size(); ++n) entries[at[n]] = std::move(sorted[n]);
  }
}

}  // namespace

Task<Result<void>> RedisInboxes::add(std::vector<InboxAddition> additions) {
  std::map<UserId, std::vector<std::string>> by_user;
  for (const InboxAddition& addition : additions) {
    for (const UserId user : addition.users) {
      auto& words = by_user[user];
      if (words.empty()) words = {std::to_string(limits::inbox_entries_max), age_max()};
      append_entry(words, addition.entry);
    }
  }
  std::vector<Command> commands;
  commands.reserve(by_user.size());
  for (auto& [user, words] : by_user) {
    commands.push_back(run(add_script(), key_of(user), std::move(words)));
  }
  auto added = co_await client_.all_of(std::move(commands));
  if (!added) co_return std::move(added).error();
  co_return Result<void>{};
}

Task<Result<std::optional<std::vector<InboxEntry>>>> RedisInboxes::read(UserId user,
                                                                        WallTime not_before) {
  auto held =
      co_await client_.call({.name = "ZRANGEBYSCORE",
                             .key = key_of(user),
                             .words = {std::to_string(ms(not_before)), "+inf", "WITHSCORES"}});
  if (!held) co_return std::move(held).error();
  bool was_filled = false;
  std::vector<InboxEntry> entries;
  for (std::size_t n = 0; n + 1 < held->items.size(); n += 2) {
    if (held->items[n].text == kept) {
      was_filled = true;
      continue;
    }
    auto entry = read_entry(held->items[n].text, held->items[n + 1].text);
    if (!entry) {
      // Who reads it then fills it anew, and with that it is whole again.
      client_.met_unreadable(key_of(user));
      co_return std::optional<std::vector<InboxEntry>>{};
    }
    entries.push_back(std::move(*entry));
  }
  if (!was_filled) co_return std::optional<std::vector<InboxEntry>>{};
  sort_within_conversations(entries);
  co_return std::optional{std::move(entries)};
}

Task<Result<void>> RedisInboxes::fill(UserId user, std::vector<InboxEntry> entries) {
  const std::size_t skipped = entries.size() - std::min(entries.size(), limits::inbox_entries_max);
  std::vector<std::string> words{age_max()};
  for (std::size_t n = skipped; n < entries.size(); ++n) append_entry(words, entries[n]);
  auto filled = co_await client_.call(run(fill_script(), key_of(user), std::move(words)));
  if (!filled) co_return std::move(filled).error();
  co_return Result<void>{};
}

}  // namespace gochat::redis

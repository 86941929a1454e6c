#include "app/cache_check.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "adapters/redis/redis_cache.hpp"
#include "adapters/redis/redis_hot_messages.hpp"
#include "adapters/redis/redis_inboxes.hpp"
#include "adapters/redis/redis_set_cache.hpp"
#include "protocol/copies.hpp"

namespace gochat::app {
namespace {

template <class Id>
Id id_in(const std::string& text) {
  typename Id::number_type number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return Id{number};
}

// What the database does not have is a value too: an empty copy says so.
template <class T>
Result<std::string> copy_or_absence(const Result<T>& stored) {
  if (stored) return protocol::copy_of(*stored);
  if (stored.code() == ErrorCode::not_found) return std::string{};
  return stored.error();
}

}  // namespace

Task<Result<std::vector<mysql::Finding>>> CacheCheck::run() {
  const std::vector<Kind> kinds{
      {"user_info:", "the copy of a person differs", &CacheCheck::compare_person},
      {"conversation:group_", "the copy of a group differs", &CacheCheck::compare_group},
      {"group_members:", "the copy of members differs", &CacheCheck::compare_members},
      {"user_conversations:", "the copy of a list differs", &CacheCheck::compare_list},
      {"hot_messages:", "copies of messages differ", &CacheCheck::compare_hot},
      {"im:inbox:", "an inbox names what is not there", &CacheCheck::compare_inbox}};
  for (const Kind& kind : kinds) {
    auto checked = co_await check(&kind);
    if (!checked) co_return std::move(checked).error();
  }
  co_return std::move(findings_);
}

Task<Result<void>> CacheCheck::check(const Kind* kind) {
  redis::Client::Place place;
  while (!place.end) {
    auto found = co_await redis_.scan(kind->family, std::move(place));
    if (!found) co_return std::move(found).error();
    place = std::move(found->next);
    for (redis::Key& key : found->keys) {
      auto checked = co_await check_one(std::move(key), kind);
      if (!checked) co_return checked;
    }
  }
  co_return Result<void>{};
}

Task<Result<void>> CacheCheck::check_one(redis::Key key, const Kind* kind) {
  const std::string rest = key.text.substr(key.family_at + key.family_bytes);
  auto first = co_await (this->*kind->compare)(rest);
  if (!first) co_return std::move(first).error();
  if (first->stored == first->counted) co_return Result<void>{};
  // Between the copy and the row somebody may have changed it.
  const auto second = co_await (this->*kind->compare)(rest);
  if (!second) co_return second.error();
  if (*second != *first) co_return Result<void>{};
  mysql::Finding finding;
  finding.what = kind->what;
  finding.subject = key.text.substr(key.family_at);
  finding.stored = second->stored;
  finding.counted = second->counted;
  finding.mendable = true;
  if (mending_ == mysql::Mending::on) {
    const auto gone = co_await redis_.call({.name = "DEL", .key = std::move(key)});
    finding.mended = gone.ok();
  }
  findings_.push_back(std::move(finding));
  co_return Result<void>{};
}

CacheCheck::Agreement CacheCheck::agreement_of(std::vector<std::string> copies,
                                               std::vector<std::string> rows) {
  std::ranges::sort(copies);
  std::ranges::sort(rows);
  std::vector<std::string> both;
  std::ranges::set_intersection(copies, rows, std::back_inserter(both));
  // A row that the copy lacks is one that it says wrongly.
  return {std::max(copies.size(), rows.size()), both.size()};
}

Task<Result<CacheCheck::Agreement>> CacheCheck::compare_person(std::string id) {
  redis::RedisCache cache{redis_};
  const auto held = co_await cache.get("user_info:" + id);
  if (!held) co_return held.error();
  if (!*held) co_return Agreement{};
  std::vector<UserId> one{id_in<UserId>(id)};
  const auto found = co_await store_.users().find(std::move(one));
  if (!found) co_return found.error();
  const std::string row = found->empty() ? std::string{} : protocol::copy_of(found->front());
  co_return Agreement{1, (*held)->bytes == row ? 1U : 0U};
}

Task<Result<CacheCheck::Agreement>> CacheCheck::compare_group(std::string id) {
  redis::RedisCache cache{redis_};
  const auto held = co_await cache.get("conversation:group_" + id);
  if (!held) co_return held.error();
  if (!*held) co_return Agreement{};
  const auto row = copy_or_absence(co_await store_.groups().find(id_in<GroupId>(id)));
  if (!row) co_return row.error();
  co_return Agreement{1, (*held)->bytes == *row ? 1U : 0U};
}

Task<Result<CacheCheck::Agreement>> CacheCheck::compare_members(std::string id) {
  redis::RedisSetCache sets{redis_, redis::SetKind::plain};
  const auto held = co_await sets.get("group_members:" + id);
  if (!held) co_return held.error();
  if (!*held) co_return Agreement{};
  std::vector<std::string> copies;
  for (const SetCache::Member& member : (*held)->all) copies.push_back(member.text);
  std::vector<std::string> rows;
  const auto list = co_await store_.groups().members(id_in<GroupId>(id));
  if (!list && list.code() != ErrorCode::not_found) co_return list.error();
  if (list) {
    for (const Membership& row : (*list)->rows) rows.push_back(protocol::copy_of(row));
  }
  co_return agreement_of(std::move(copies), std::move(rows));
}

Task<Result<CacheCheck::Agreement>> CacheCheck::compare_list(std::string user) {
  redis::RedisSetCache sets{redis_, redis::SetKind::ranked};
  const auto held = co_await sets.get("user_conversations:" + user);
  if (!held) co_return held.error();
  if (!*held) co_return Agreement{};
  std::vector<std::string> copies;
  for (const SetCache::Member& member : (*held)->all) copies.push_back(member.text);
  const auto list = co_await store_.conversations().list_for(id_in<UserId>(user));
  if (!list) co_return list.error();
  std::vector<std::string> rows;
  for (const UserConversation& one : *list) rows.push_back(one.head.id.text());
  co_return agreement_of(std::move(copies), std::move(rows));
}

Task<Result<std::vector<Message>>> CacheCheck::newest_of(Conversation head) {
  PageQuery query;
  query.conversation = std::move(head.id);
  query.limit = limits::hot_messages_max;
  query.bytes_max = std::numeric_limits<std::size_t>::max();
  auto page = co_await store_.messages().page(std::move(query));
  if (!page) co_return std::move(page).error();
  co_return std::move(page->messages);
}

// Copies of before the last event are served to nobody, whatever they say.
Task<Result<CacheCheck::Agreement>> CacheCheck::compare_hot(std::string conversation) {
  redis::RedisHotMessages hot{redis_};
  const ConversationId id{conversation};
  constexpr Seq end{std::numeric_limits<std::int64_t>::max()};
  const auto held = co_await hot.below(id, end, limits::hot_messages_max);
  if (!held) co_return held.error();
  auto head = co_await store_.conversations().find(id);
  if (!head && head.code() != ErrorCode::not_found) co_return head.error();
  std::map<Seq, Message> rows;
  if (head) {
    const auto newest = co_await newest_of(*head);
    if (!newest) co_return newest.error();
    for (const Message& message : *newest) rows.emplace(message.seq, message);
  }
  Agreement agreement;
  for (const HotMessage& one : held->messages) {
    const auto copy = protocol::message_of_copy(one.text);
    if (copy && head && copy->as_of < head->last_event_no) continue;
    const auto row = rows.find(one.seq);
    const bool agrees = copy && row != rows.end() && copy->message == row->second;
    ++agreement.stored;
    if (agrees) ++agreement.counted;
  }
  co_return agreement;
}

Task<Result<CacheCheck::Agreement>> CacheCheck::compare_inbox(std::string user) {
  redis::RedisInboxes inboxes{redis_};
  const auto id = id_in<UserId>(user);
  const auto held = co_await inboxes.read(id, wall_time(0));
  if (!held) co_return held.error();
  Agreement agreement;
  if (!*held) co_return agreement;
  std::map<ConversationId, Seq> readable;
  for (const InboxEntry& entry : **held) {
    if (!readable.contains(entry.conversation)) {
      const auto head = co_await store_.conversations().find(entry.conversation);
      if (!head && head.code() != ErrorCode::not_found) co_return head.error();
      const bool theirs = head && head->is_pair_member(id);
      readable[entry.conversation] = theirs ? head->last_seq : Seq{};
    }
    ++agreement.stored;
    if (entry.seq <= readable[entry.conversation]) ++agreement.counted;
  }
  co_return agreement;
}

}  // namespace gochat::app

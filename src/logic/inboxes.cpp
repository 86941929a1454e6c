#include "logic/inboxes.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/log.hpp"
#include "domain/limits.hpp"

namespace gochat::logic {

namespace {

bool by_time(const InboxEntry& a, const InboxEntry& b) {
  return std::tie(a.at, a.conversation, a.seq) < std::tie(b.at, b.conversation, b.seq);
}

void keep_newest(std::vector<InboxEntry>& entries) {
  std::ranges::sort(entries, by_time);
  if (entries.size() <= limits::inbox_entries_max) return;
  entries.erase(entries.begin(),
                entries.end() - static_cast<std::ptrdiff_t>(limits::inbox_entries_max));
}

// A clock that was set back must not bring a later message before an earlier one of the same
// conversation.
void rise_by_seq(std::vector<InboxEntry>& entries) {
  std::unordered_map<ConversationId, WallTime> latest;
  for (InboxEntry& entry : entries) {
    WallTime& at = latest[entry.conversation];
    entry.at = at = std::max(at, entry.at);
  }
}

}  // namespace

bool is_complete(const std::vector<InboxEntry>& entries, const std::vector<Conversation>& singles,
                 WallTime not_before) {
  std::unordered_map<ConversationId, Seq> newest;
  WallTime oldest = WallTime::max();
  for (const InboxEntry& entry : entries) {
    const auto [at, first] = newest.try_emplace(entry.conversation, entry.seq);
    if (!first && entry.seq != next(at->second)) return false;
    at->second = entry.seq;
    oldest = std::min(oldest, entry.at);
  }
  const bool is_full = entries.size() >= limits::inbox_entries_max;
  for (const Conversation& single : singles) {
    if (!single.last_seq || single.last_message_at < not_before) continue;
    const auto at = newest.find(single.id);
    const bool pushed_out = is_full && single.last_message_at <= oldest;
    if (at == newest.end() ? !pushed_out : at->second < single.last_seq) return false;
  }
  return true;
}

Task<> Inboxes::add(std::vector<InboxAddition> additions) {
  if (additions.empty()) co_return;
  const auto added = co_await repo_.inboxes.add(std::move(additions));
  if (!added) log::warn("inboxes miss a message", {{log::Field::reason, added.error().detail}});
}

Task<Result<std::vector<InboxEntry>>> Inboxes::of(UserId user, std::vector<Conversation> singles) {
  const WallTime not_before = clock_.now() - limits::inbox_age_max;
  auto kept = co_await repo_.inboxes.read(user, not_before);
  if (kept && *kept && is_complete(**kept, singles, not_before)) {
    std::unordered_map<ConversationId, Seq> heads;
    for (const Conversation& single : singles) heads[single.id] = single.last_seq;
    auto entries = **std::move(kept);
    // What was stored after the heads were read is pushed; it is no part of this view.
    std::erase_if(entries, [&](const InboxEntry& entry) {
      const auto head = heads.find(entry.conversation);
      return head == heads.end() || entry.seq > head->second;
    });
    rise_by_seq(entries);
    std::ranges::sort(entries, by_time);
    co_return entries;
  }
  auto entries = co_await from_messages(std::move(singles), not_before);
  if (!entries) co_return entries.error();
  const auto filled = co_await repo_.inboxes.fill(user, *entries);
  if (!filled) log::warn("an inbox is not kept", {{log::Field::reason, filled.error().detail}});
  co_return entries;
}

Task<Result<std::vector<InboxEntry>>> Inboxes::from_messages(std::vector<Conversation> singles,
                                                             WallTime not_before) {
  std::ranges::sort(singles, std::greater{}, &Conversation::last_message_at);
  std::vector<InboxEntry> entries;
  for (Conversation& single : singles) {
    if (!single.last_seq || single.last_message_at < not_before) continue;
    const bool is_full = entries.size() >= limits::inbox_entries_max;
    if (is_full && single.last_message_at < entries.front().at) break;
    auto newest = co_await newest_of(std::move(single), not_before);
    if (!newest) co_return newest.error();
    std::ranges::move(*newest, std::back_inserter(entries));
    keep_newest(entries);
  }
  co_return entries;
}

Task<Result<std::vector<InboxEntry>>> Inboxes::newest_of(Conversation single, WallTime not_before) {
  std::vector<InboxEntry> newest;  // descending
  Seq before = next(single.last_seq);
  while (before > Seq{1} && newest.size() < limits::inbox_entries_max) {
    PageQuery query;
    query.conversation = single.id;
    query.before = before;
    query.limit = limits::page_messages_max;
    auto page = co_await repo_.messages.page(std::move(query));
    if (!page) co_return page.error();
    const auto old =
        std::ranges::find_if(page->messages.rbegin(), page->messages.rend(),
                             [&](const Message& message) { return message.sent_at < not_before; });
    std::transform(page->messages.rbegin(), old, std::back_inserter(newest),
                   [&](const Message& message) {
                     return InboxEntry{single.id, message.seq, message.sent_at};
                   });
    if (old != page->messages.rend() || page->messages.empty()) break;
    before = page->from_seq;
  }
  std::ranges::reverse(newest);
  rise_by_seq(newest);
  co_return newest;
}

}  // namespace gochat::logic

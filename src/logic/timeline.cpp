#include "logic/timeline.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "domain/limits.hpp"

namespace gochat::logic {

namespace {

Seq clipped(Seq after, Seq last, std::size_t newest_max) {
  const Seq lowest{last.number() - std::min<std::uint64_t>(last.number(), newest_max)};
  return std::max(after, lowest);
}

std::size_t bytes_of(const TrackedMessage& message) {
  return message.shown.message.content.size() + SyncHistory::message_frame_bytes;
}

// A page ends where its bytes do, but never before its first message.
void cut_to_bytes(std::vector<TrackedMessage>& messages) {
  std::size_t bytes = 0;
  for (std::size_t n = 0; n < messages.size(); ++n) {
    bytes += bytes_of(messages[n]);
    if (n == 0 || bytes <= limits::page_bytes_max) continue;
    messages.erase(messages.begin() + static_cast<std::ptrdiff_t>(n), messages.end());
    return;
  }
}

}  // namespace

std::uint64_t Timeline::Missed::count() const {
  std::uint64_t count = entries.size();
  for (const Stretch& stretch : beyond) count += stretch.count;
  return count;
}

Task<Result<Timeline::Positions>> Timeline::acknowledged(SessionId session) {
  auto rows = co_await repo_.conversations.acknowledged(session);
  if (!rows) co_return rows.error();
  Positions positions;
  for (auto& [conversation, seq] : *rows) positions.emplace(std::move(conversation), seq);
  co_return positions;
}

Task<Result<TrackedPage>> Timeline::tracked(Caller caller, UserConversation own, Seq after,
                                            std::size_t limit) {
  HistoryQuery query{.conversation = own.head.id, .after = after};
  query.limit = limit;
  auto history = co_await rooms_.history.history(caller, std::move(query));
  if (!history) co_return history.error();
  ReadPosition theirs;
  if (own.head.kind == ConversationKind::single) {
    const UserId peer = own.head.peer_of(caller.user);
    auto as_theirs = co_await repo_.conversations.conversation_for(peer, own.head.id);
    if (!as_theirs) co_return as_theirs.error();
    theirs = as_theirs->position;
  }
  TrackedPage page;
  page.up_to_seq = history->up_to_seq;
  page.has_more = history->has_more;
  page.messages.reserve(history->messages.size());
  for (ShownMessage& shown : history->messages) {
    const ReadPosition& receiver = shown.message.sender == caller.user ? theirs : own.position;
    const auto status = receiver.status_of(shown.message.seq);
    page.messages.push_back({std::move(shown), status});
  }
  co_return page;
}

Task<Result<TrackedPage>> Timeline::pull(Caller caller, ConversationId id, Seq after,
                                         std::size_t limit) {
  auto own = co_await rooms_.access.reads(caller, std::move(id));
  if (!own) co_return own.error();
  co_return co_await tracked(caller, *std::move(own), after, limit);
}

Task<Result<Timeline::Missed>> Timeline::missed(Caller caller, Positions shown) {
  auto all = co_await repo_.conversations.conversations_for(caller.user);
  if (!all) co_return all.error();
  auto positions = co_await acknowledged(caller.session);
  if (!positions) co_return positions.error();
  for (const auto& [conversation, seq] : shown) {
    Seq& position = (*positions)[conversation];
    position = std::max(position, seq);
  }
  std::vector<Conversation> singles;
  for (UserConversation& own : *all) {
    if (own.head.kind == ConversationKind::single) singles.push_back(std::move(own.head));
  }
  auto entries = co_await rooms_.inboxes.of(caller.user, singles);
  if (!entries) co_return entries.error();

  Positions lowest;
  for (const InboxEntry& entry : *entries) lowest.try_emplace(entry.conversation, entry.seq);
  std::erase_if(*entries, [&](const InboxEntry& entry) {
    const auto position = positions->find(entry.conversation);
    return position != positions->end() && entry.seq <= position->second;
  });
  Missed missed{{}, *std::move(entries)};
  std::ranges::sort(singles, {}, &Conversation::last_message_at);
  for (Conversation& single : singles) {
    const auto position = positions->find(single.id);
    if (position == positions->end()) continue;
    const auto first = lowest.find(single.id);
    const Seq end = first == lowest.end() ? next(single.last_seq) : first->second;
    if (next(position->second) >= end) continue;
    missed.beyond.push_back(
        {std::move(single.id), position->second, end.number() - position->second.number() - 1});
  }
  co_return missed;
}

Task<Result<std::vector<TrackedMessage>>> Timeline::read(Caller caller, Missed missed,
                                                         std::size_t limit) {
  std::vector<Stretch> stretches;
  std::size_t left = limit;
  for (Stretch& stretch : missed.beyond) {
    stretch.count = std::min<std::uint64_t>(stretch.count, left);
    left -= stretch.count;
    if (stretch.count > 0) stretches.push_back(std::move(stretch));
  }
  // What the inbox names is read conversation by conversation and put back into its order.
  const auto oldest = std::min(left, missed.entries.size());
  std::map<ConversationId, std::size_t> places;
  for (std::size_t n = 0; n < oldest; ++n) {
    const InboxEntry& entry = missed.entries[n];
    const auto [place, first] = places.try_emplace(entry.conversation, stretches.size());
    if (first) stretches.push_back({entry.conversation, Seq{entry.seq.number() - 1}});
    ++stretches[place->second].count;
  }

  std::vector<std::vector<TrackedMessage>> read;
  for (const Stretch& stretch : stretches) {
    auto page = co_await pull(caller, stretch.conversation, stretch.after, stretch.count);
    if (!page) co_return page.error();
    read.push_back(std::move(page->messages));
  }
  std::vector<TrackedMessage> messages;
  const std::size_t beyond = stretches.size() - places.size();
  for (std::size_t n = 0; n < beyond; ++n) {
    const bool whole = read[n].size() == stretches[n].count;
    std::ranges::move(read[n], std::back_inserter(messages));
    if (!whole) co_return messages;
  }
  for (std::size_t n = 0; n < oldest; ++n) {
    const InboxEntry& entry = missed.entries[n];
    const std::size_t place = places.at(entry.conversation);
    const std::size_t at = entry.seq.number() - stretches[place].after.number() - 1;
    // A page that was cut by its bytes ends the answer: what follows is asked for next time.
    if (at >= read[place].size()) break;
    messages.push_back(std::move(read[place][at]));
  }
  co_return messages;
}

Task<Result<TrackedPage>> Timeline::inbox(Caller caller, std::vector<ConversationPosition> shown,
                                          std::size_t limit) {
  Positions positions;
  for (auto& [conversation, seq] : shown) positions[std::move(conversation)] = seq;
  auto missed = co_await this->missed(caller, std::move(positions));
  if (!missed) co_return missed.error();
  const std::uint64_t count = missed->count();
  auto messages = co_await read(caller, *std::move(missed), limit);
  if (!messages) co_return messages.error();
  cut_to_bytes(*messages);
  TrackedPage page;
  page.has_more = messages->size() < count;
  page.messages = *std::move(messages);
  co_return page;
}

Task<Result<std::vector<ConversationPosition>>> Timeline::missed_groups(Caller caller) {
  auto all = co_await repo_.conversations.conversations_for(caller.user);
  if (!all) co_return all.error();
  const auto positions = co_await acknowledged(caller.session);
  if (!positions) co_return positions.error();
  std::ranges::sort(*all, {}, [](const UserConversation& own) { return own.head.last_message_at; });
  std::vector<ConversationPosition> missed;
  for (UserConversation& own : *all) {
    if (own.head.kind != ConversationKind::group || own.left()) continue;
    const auto position = positions->find(own.head.id);
    const Seq known = position == positions->end() ? own.position.read_seq : position->second;
    const Seq last = own.last_seq();
    if (known >= last) continue;
    missed.push_back({std::move(own.head.id), clipped(known, last, group_messages_max)});
  }
  co_return missed;
}

Task<Result<Seq>> Timeline::advance(Caller caller, ConversationId id, Seq to,
                                    DeliveryStatus status) {
  auto acknowledged_to = co_await rooms_.conversations.acknowledge(caller, id, to);
  if (!acknowledged_to) co_return acknowledged_to.error();
  if (status == DeliveryStatus::read) {
    auto marked = co_await rooms_.conversations.mark_read(caller, id, to);
    if (!marked) co_return marked.error();
    const auto own = co_await rooms_.access.reads(caller, id);
    if (!own) co_return own.error();
    co_return own->position.read_seq;
  }
  const auto positions = co_await acknowledged(caller.session);
  if (!positions) co_return positions.error();
  const auto position = positions->find(id);
  co_return position == positions->end() ? Seq{} : position->second;
}

}  // namespace gochat::logic

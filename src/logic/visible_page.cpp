#include "logic/visible_page.hpp"

#include <algorithm>
#include <utility>

namespace gochat::logic {

namespace {

Seq before(Seq seq) { return Seq{seq.number() == 0 ? 0 : seq.number() - 1}; }

// The highest seq that a query for what is below asks for.
Seq top_of(const Window& window, const HistoryQuery& query) {
  return query.before ? std::min(before(*query.before), window.last) : window.last;
}

void keep_visible(const Window& window, MessagePage& page, VisiblePage& shown) {
  for (const SeqRange& range : page.voids) {
    const Seq from = std::max(range.from, next(window.after));
    const Seq to = std::min(range.to, window.last);
    if (from <= to) shown.voids.push_back({from, to});
  }
  for (Message& message : page.messages) {
    if (!window.contains(message.seq)) continue;
    if (message.recalled) message.content.clear();
    shown.messages.push_back(std::move(message));
  }
}

VisiblePage ascending(const Window& window, Seq after, std::optional<MessagePage> page) {
  VisiblePage shown;
  shown.from_seq = std::min(next(after), window.last);
  shown.up_to_seq = window.last;
  if (!page) {
    if (after < window.last) shown.voids.push_back({next(after), window.last});
    return shown;
  }
  if (after < window.after) shown.voids.push_back({next(after), window.after});
  keep_visible(window, *page, shown);
  shown.up_to_seq = std::min(page->up_to_seq, window.last);
  shown.has_more = shown.up_to_seq < window.last;
  return shown;
}

VisiblePage descending(const Window& window, Seq top, std::optional<MessagePage> page) {
  VisiblePage shown;
  shown.up_to_seq = top;
  const bool at_the_bottom = !page || page->from_seq <= next(window.after);
  if (at_the_bottom) {
    // Nothing below is theirs: the page reaches down to the first message.
    const Seq hidden = std::min(window.after, top);
    if (hidden) shown.voids.push_back({Seq{1}, hidden});
    shown.from_seq = std::min(Seq{1}, top);
  } else {
    shown.from_seq = page->from_seq;
    shown.has_more = true;
  }
  if (page) keep_visible(window, *page, shown);
  return shown;
}

}  // namespace

Window window_of(const UserConversation& own) {
  const Seq head = own.head.last_seq;
  if (own.head.kind != ConversationKind::group) return {Seq{}, head};
  if (!own.membership) return {head, head};
  const bool history_visible = own.group && own.group->history_visible;
  const auto range = visible_range(*own.membership, history_visible);
  return {range.after, std::min(range.up_to.value_or(head), head)};
}

std::optional<PageQuery> store_query(const Window& window, const HistoryQuery& query) {
  PageQuery asked;
  asked.conversation = query.conversation;
  asked.limit = query.limit;
  if (query.after) {
    asked.after = std::max(*query.after, window.after);
    if (*asked.after >= window.last) return std::nullopt;
    return asked;
  }
  const Seq top = top_of(window, query);
  if (top <= window.after) return std::nullopt;
  asked.before = next(top);
  return asked;
}

VisiblePage visible_page(const Window& window, const HistoryQuery& query,
                         std::optional<MessagePage> page) {
  if (query.after) return ascending(window, *query.after, std::move(page));
  return descending(window, top_of(window, query), std::move(page));
}

bool sees_event(const UserConversation& own, const ConversationEvent& event) {
  if (event.no > own.last_event_no()) return false;
  if (own.head.kind != ConversationKind::group) return true;
  if (!own.membership) return false;
  const bool history_visible = own.group && own.group->history_visible;
  return history_visible || event.at_seq >= own.membership->join_seq;
}

}  // namespace gochat::logic

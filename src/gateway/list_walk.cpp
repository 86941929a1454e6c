#include "gateway/list_walk.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace gochat::gateway {

namespace {

// The part up to the next dot, which is taken off.
std::string_view take_part(std::string_view& text) {
  const auto dot = text.find('.');
  const std::string_view part = text.substr(0, dot);
  text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  return part;
}

std::optional<WallTime> time_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return wall_time(number);
}

}  // namespace

std::string cursor_text(const ListWalk& walk) {
  return std::to_string(ms(walk.began)) + '.' + std::to_string(ms(walk.last.moved)) + '.' +
         walk.last.id.text();
}

Result<ListWalk> parse_list_cursor(std::string_view text) {
  const auto began = time_of(take_part(text));
  const auto moved = time_of(take_part(text));
  auto id = parse_conversation_id(text);
  if (!began || !moved || !id) {
    return refused(ErrorCode::invalid_params, "cursor is not one that a list gave as `next`");
  }
  const bool world = kind_of(*id) == ConversationKind::world;
  return ListWalk{*began, {world, *moved, std::move(*id)}};
}

WalkedList::WalkedList(std::vector<ListedConversation> listed, std::optional<ListWalk> walk)
    : walk_{std::move(walk)} {
  rows_.reserve(listed.size());
  for (ListedConversation& one : listed) {
    ListPlace place = list_place(one.conversation.head);
    rows_.push_back({std::move(place), std::move(one)});
  }
}

Task<Result<void>> WalkedList::find_places(MessageApi& messages, Caller caller) {
  if (!walk_) co_return Result<void>{};
  for (std::size_t n = 0; n < rows_.size(); ++n) {
    if (rows_[n].place.world || rows_[n].place.moved <= walk_->began) continue;
    const auto moved = co_await moved_before(messages, caller, n);
    if (!moved) co_return moved.error();
    rows_[n].place.moved = *moved;
  }
  co_return Result<void>{};
}

Task<Result<WallTime>> WalkedList::moved_before(MessageApi& messages, Caller caller,
                                                std::size_t row) const {
  const Conversation& head = rows_[row].listed.conversation.head;
  if (head.created_at > walk_->began) co_return head.created_at;
  HistoryQuery query{.conversation = head.id};
  query.limit = looked_through_max;
  for (std::size_t look = 0; look < looks_max; ++look) {
    const auto page = co_await messages.history(caller, query);
    if (!page) co_return page.error();
    for (auto at = page->messages.rbegin(); at != page->messages.rend(); ++at) {
      if (at->message.sent_at <= walk_->began) {
        co_return std::max(at->message.sent_at, head.created_at);
      }
    }
    if (!page->has_more) co_return head.created_at;
    query.before = page->from_seq;
  }
  co_return rows_[row].place.moved;
}

WalkedList::Page WalkedList::page(std::size_t limit) && {
  if (walk_) {
    std::erase_if(rows_, [&](const Row& row) { return !stands_before(walk_->last, row.place); });
  }
  std::ranges::sort(rows_, stands_before, &Row::place);
  Page page;
  const bool ended = limit == 0 || rows_.size() <= limit;
  if (!ended) {
    ListWalk walk = walk_.value_or(ListWalk{});
    for (const Row& row : rows_) {
      if (!walk_ && !row.place.world) walk.began = std::max(walk.began, row.place.moved);
    }
    walk.last = rows_[limit - 1].place;
    page.next = cursor_text(walk);
    rows_.resize(limit);
  }
  page.rows.reserve(rows_.size());
  for (Row& row : rows_) page.rows.push_back(std::move(row.listed));
  return page;
}

}  // namespace gochat::gateway

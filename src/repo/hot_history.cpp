#include "repo/hot_history.hpp"

#include <algorithm>
#include <utility>

#include "ports/page_filler.hpp"

namespace gochat::repo {
namespace {

using protocol::MessageCopy;

HotMessage hot_of(const MessageCopy& copy) { return {copy.message.seq, protocol::copy_of(copy)}; }

// Whether the copies may reach down to this seq.
bool is_hot(Seq seq, Seq last) { return last.number() - seq.number() < limits::hot_messages_max; }

// The text of that seq of that conversation, or nothing.
std::optional<MessageCopy> copy_in(const HotMessage& hot, const ConversationId& conversation) {
  auto copy = protocol::message_of_copy(hot.text);
  if (copy && (copy->message.seq != hot.seq || copy->message.conversation != conversation)) {
    copy.reset();
  }
  return copy;
}

}  // namespace

Task<Result<MessagePage>> HotHistory::page(PageQuery query) {
  // What comes after a seq catches up, and asks the database as whoever decides does.
  if (query.after || is_surely_cold(query)) co_return co_await messages_.page(std::move(query));
  const auto head = co_await heads_.find(query.conversation);
  if (!head) co_return head.error();
  learn(*head);
  const PageBounds bounds = page_bounds(query, head->last_seq);
  PageFiller filler{query, bounds};
  if (bounds.empty()) co_return filler.finish(head->last_seq, head->last_event_no);
  // One more than the page holds, to see whether there is more.
  const std::size_t wanted =
      std::min<std::size_t>(query.limit + 1, bounds.high.number() - bounds.low.number() + 1);
  const Seq lowest{bounds.high.number() - wanted + 1};
  if (!is_hot(lowest, head->last_seq)) co_return co_await messages_.page(std::move(query));

  auto seen = co_await look(&query, &*head, bounds.high, wanted);
  if (!seen.messages.empty()) {
    counts_.hits.add();
    for (auto message = seen.messages.rbegin(); message != seen.messages.rend(); ++message) {
      if (!filler.add(std::move(*message))) break;
    }
    co_return filler.finish(head->last_seq, head->last_event_no);
  }
  counts_.misses.add();
  auto page = co_await messages_.page(query);
  if (page && seen.answered) co_await fill_in(&seen, &*page, std::move(query.conversation));
  co_return page;
}

// Of what was known of the conversation before, without asking anybody: its end only rises.
bool HotHistory::is_surely_cold(const PageQuery& query) {
  const Happened* known = query.before ? happened_.find(query.conversation) : nullptr;
  if (known == nullptr || *query.before > known->last) return false;
  const std::uint64_t before = query.before->number();
  const Seq lowest{before > query.limit + 1 ? before - query.limit - 1 : 1};
  return !is_hot(lowest, known->last);
}

Task<HotHistory::Look> HotHistory::look(const PageQuery* query, const Conversation* head, Seq high,
                                        std::size_t wanted) {
  Look look;
  const MonoTime since = timers_.now();
  auto page = co_await hot_.below(query->conversation, next(high), wanted);
  counts_.seconds.observe(timers_.now() - since);
  if (!page) {
    counts_.errors.add();
    co_return look;
  }
  look.answered = true;
  judge(look, *std::move(page), *head, high, wanted);
  if (look.wrong) {
    counts_.wrong.add();
    look.answered = co_await drop(query->conversation);
  }
  co_return look;
}

void HotHistory::judge(Look& look, HotPage page, const Conversation& head, Seq high,
                       std::size_t wanted) {
  if (!page.newest) return;
  const auto newest = copy_in(*page.newest, head.id);
  look.wrong = !newest;
  if (look.wrong) return;
  look.newest = newest->message.seq;
  if (look.newest != head.last_seq) return;
  look.wrong = newest->message.id != head.last_message_id;
  if (look.wrong || newest->as_of != head.last_event_no || page.messages.size() != wanted) return;
  std::vector<Message> messages;
  for (const HotMessage& hot : page.messages) {
    auto copy = copy_in(hot, head.id);
    look.wrong = !copy;
    if (look.wrong) return;
    const Seq place{high.number() - wanted + 1 + messages.size()};
    if (hot.seq != place || copy->as_of != head.last_event_no) return;
    messages.push_back(std::move(copy->message));
  }
  look.messages = std::move(messages);
}

// With the view of the database that the page is of.
Task<> HotHistory::fill_in(const Look* look, const MessagePage* page, ConversationId conversation) {
  if (look->newest > page->last_seq) {
    // It has been asked later than the copies: they are of another history.
    counts_.wrong.add();
    if (!co_await drop(conversation)) co_return;
  }
  std::vector<MessageCopy> copies;
  for (const Message& message : page->messages) {
    if (is_hot(message.seq, page->last_seq)) copies.push_back({message, page->last_event_no});
  }
  if (!copies.empty()) co_await stored(std::move(conversation), std::move(copies));
}

EventNo HotHistory::happened_by_now(const ConversationId& conversation) {
  const Happened* known = happened_.find(conversation);
  return known == nullptr ? EventNo{} : known->events;
}

bool HotHistory::is_behind(const ConversationId& conversation, MemberVersion members) {
  const Happened* known = happened_.find(conversation);
  return known == nullptr || known->members < members;
}

void HotHistory::learn(const Conversation& head) {
  const Happened* known = happened_.find(head.id);
  if (known != nullptr && known->events > head.last_event_no) return;
  happened_.put(head.id, {head.last_event_no, head.member_version, head.last_seq});
}

// For the next messages: what was stored before this asks may be older than the answer.
Task<bool> HotHistory::catch_up(ConversationId conversation) {
  const auto head = co_await heads_.find(std::move(conversation));
  if (head) learn(*head);
  co_return true;
}

Task<bool> HotHistory::stored(ConversationId conversation, std::vector<MessageCopy> copies) {
  std::vector<HotMessage> messages;
  messages.reserve(copies.size());
  for (const MessageCopy& copy : copies) messages.push_back(hot_of(copy));
  const auto put = co_await hot_.put(std::move(conversation), std::move(messages));
  if (!put) counts_.errors.add();
  co_return put.ok();
}

Task<bool> HotHistory::drop(ConversationId conversation) {
  const auto dropped = co_await hot_.drop(std::move(conversation));
  if (!dropped) counts_.errors.add();
  co_return dropped.ok();
}

}  // namespace gochat::repo

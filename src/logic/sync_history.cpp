#include "logic/sync_history.hpp"

#include <algorithm>
#include <unordered_map>

#include "domain/limits.hpp"
#include "logic/visible_page.hpp"

namespace gochat::logic {

namespace {

Error no_such_message() { return refused(ErrorCode::not_found, "this message does not exist"); }

std::size_t bytes_of(const std::vector<ShownMessage>& messages) {
  std::size_t bytes = 0;
  for (const auto& shown : messages) {
    bytes += shown.message.content.size() + SyncHistory::message_frame_bytes;
  }
  return bytes;
}

// What of a cursor exists; a cursor from another history may be ahead of the head.
SyncCursor clipped(const SyncCursor& cursor, const UserConversation& own) {
  return {cursor.conversation, std::min(cursor.seq, own.last_seq()),
          std::min(cursor.event_no, own.last_event_no())};
}

}  // namespace

Task<Result<std::vector<ShownMessage>>> SyncHistory::show(std::vector<Message> messages) {
  std::vector<UserId> senders;
  senders.reserve(messages.size());
  for (const Message& message : messages) senders.push_back(message.sender);
  const auto people = co_await people_.of(std::move(senders));
  if (!people) co_return people.error();
  std::vector<ShownMessage> shown;
  shown.reserve(messages.size());
  for (Message& message : messages) {
    const auto sender = people->find(message.sender);
    if (message.recalled) message.content.clear();
    shown.push_back(
        {std::move(message), sender == people->end() ? std::string{} : sender->second.name});
  }
  co_return shown;
}

Task<Result<History>> SyncHistory::history(Caller caller, HistoryQuery query) {
  if (query.limit == 0 || query.limit > limits::page_messages_max) {
    co_return refused(ErrorCode::invalid_params, "limit is from 1 to 100");
  }
  if (query.after && query.before) {
    co_return refused(ErrorCode::invalid_params, "after and before exclude each other");
  }
  auto own = co_await access_.reads(caller, query.conversation);
  if (!own) co_return own.error();
  const Window window = window_of(*own);
  std::optional<MessagePage> page;
  if (auto asked = store_query(window, query)) {
    auto read = co_await repo_.messages.page(*std::move(asked));
    if (!read) co_return read.error();
    page = *std::move(read);
  }
  auto visible = visible_page(window, query, std::move(page));
  auto shown = co_await show(std::move(visible.messages));
  if (!shown) co_return shown.error();
  History history;
  history.conversation = query.conversation;
  history.messages = *std::move(shown);
  history.voids = std::move(visible.voids);
  history.from_seq = visible.from_seq;
  history.up_to_seq = visible.up_to_seq;
  history.last_seq = own->last_seq();
  history.has_more = visible.has_more;
  co_return co_await with_events(*std::move(own), std::move(query), std::move(history));
}

// Events share the page's limits with its messages. Read after them, so that what a page shows of a
// message is never newer than its events.
Task<Result<History>> SyncHistory::with_events(UserConversation own, HistoryQuery query,
                                               History page) {
  const EventNo last = own.last_event_no();
  if (!query.after_event) {
    // Who asks for the newest without a cursor starts at the head; who goes on from a message keeps
    // the event cursor they have.
    if (!query.after) page.event_no = last;
    co_return page;
  }
  page.event_no = std::min(*query.after_event, last);
  const std::size_t bytes = bytes_of(page.messages);
  const std::size_t bytes_left = limits::page_bytes_max - std::min(bytes, limits::page_bytes_max);
  const std::size_t room = std::min(query.limit - page.messages.size(), bytes_left / event_bytes);
  if (page.event_no < last && room != 0) {
    auto events = co_await repo_.messages.events(query.conversation, page.event_no, room);
    if (!events) co_return events.error();
    for (ConversationEvent& event : *events) {
      if (event.no > last) break;
      page.event_no = event.no;
      if (sees_event(own, event)) page.events.push_back(std::move(event));
    }
  }
  page.has_more = page.has_more || page.event_no < last;
  co_return page;
}

Task<Result<std::vector<Message>>> SyncHistory::range(ConversationId conversation, SeqRange range) {
  std::vector<Message> messages;
  Seq after{range.from.number() == 0 ? 0 : range.from.number() - 1};
  while (after < range.to && messages.size() < pull_messages_max) {
    PageQuery query;
    query.conversation = conversation;
    query.after = after;
    query.limit = limits::page_messages_max;
    auto page = co_await repo_.messages.page(std::move(query));
    if (!page) co_return page.error();
    for (Message& message : page->messages) {
      if (message.seq <= range.to) messages.push_back(std::move(message));
    }
    if (page->up_to_seq <= after) break;
    after = page->up_to_seq;
  }
  if (messages.size() > pull_messages_max) messages.resize(pull_messages_max);
  co_return messages;
}

Task<Result<std::vector<std::pair<ShownMessage, std::vector<UserId>>>>> SyncHistory::pull_for_users(
    ConversationId conversation, SeqRange wanted, std::vector<UserId> users) {
  // Members first: who was taken out while the messages were read has left before the later ones.
  const auto roster = co_await members_.current(conversation);
  if (!roster) co_return roster.error();
  auto messages = co_await range(conversation, wanted);
  if (!messages) co_return messages.error();
  auto shown = co_await show(*std::move(messages));
  if (!shown) co_return shown.error();
  std::ranges::sort(users);
  const bool world = (*roster)->kind == ConversationKind::world;
  std::vector<std::pair<ShownMessage, std::vector<UserId>>> pulled;
  pulled.reserve(shown->size());
  for (ShownMessage& one : *shown) {
    std::vector<UserId> readers;
    if (world) {
      readers = users;
    } else {
      const auto receivers = (*roster)->receivers(one.message.seq);
      std::ranges::set_intersection(users, receivers, std::back_inserter(readers));
    }
    pulled.emplace_back(std::move(one), std::move(readers));
  }
  co_return pulled;
}

Task<Result<std::vector<UserMark>>> SyncHistory::marks(std::vector<UserId> users) {
  return repo_.conversations.marks(std::move(users));
}

Task<Result<std::vector<SyncedConversation>>> SyncHistory::news(Caller caller,
                                                                std::vector<SyncCursor> cursors) {
  std::unordered_map<ConversationId, SyncCursor> known;
  for (SyncCursor& cursor : cursors) {
    auto conversation = cursor.conversation;
    known.insert_or_assign(std::move(conversation), std::move(cursor));
  }
  auto all = co_await access_.all_of(caller);
  if (!all) co_return all.error();
  std::erase_if(*all, [&](const UserConversation& own) {
    const auto cursor = known.find(own.head.id);
    return cursor != known.end() && cursor->second.seq == own.last_seq() &&
           cursor->second.event_no == own.last_event_no();
  });
  auto listed = co_await conversations_.with_peers(caller.user, *std::move(all));
  if (!listed) co_return listed.error();
  std::ranges::sort(*listed, [](const ListedConversation& a, const ListedConversation& b) {
    const Conversation& left = a.conversation.head;
    const Conversation& right = b.conversation.head;
    if (left.last_message_at != right.last_message_at) {
      return left.last_message_at > right.last_message_at;
    }
    return left.id < right.id;
  });
  std::vector<SyncedConversation> news;
  news.reserve(listed->size());
  for (ListedConversation& one : *listed) {
    SyncedConversation synced;
    const UserConversation& own = one.conversation;
    synced.left = own.left();
    if (const auto cursor = known.find(own.head.id); cursor != known.end()) {
      synced.known = true;
      synced.from = clipped(cursor->second, own);
    }
    synced.listed = std::move(one);
    news.push_back(std::move(synced));
  }
  co_return news;
}

Task<Result<void>> SyncHistory::recall(Caller caller, MessageId id) {
  const auto message = co_await repo_.messages.message(id);
  if (!message) {
    if (message.code() == ErrorCode::not_found) co_return no_such_message();
    co_return message.error();
  }
  const auto own = co_await access_.reads(caller, message->conversation);
  if (!own) {
    if (own.code() == ErrorCode::not_found) co_return no_such_message();
    co_return own.error();
  }
  if (!window_of(*own).contains(message->seq)) co_return no_such_message();
  const change::Recall recall{caller.user, id};
  const auto recalled = co_await changes_.apply(message->conversation, recall);
  if (!recalled) co_return recalled.error();
  co_return Result<void>{};
}

Task<Result<Message>> SyncHistory::sent(Caller caller, std::string client_msg_id) {
  auto message = co_await repo_.messages.sent(caller.user, std::move(client_msg_id));
  if (!message) co_return message.error();
  if (!*message) co_return no_such_message();
  if ((*message)->recalled) (*message)->content.clear();
  co_return **std::move(message);
}

}  // namespace gochat::logic

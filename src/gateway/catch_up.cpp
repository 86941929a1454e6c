#include "gateway/catch_up.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "gateway/frames.hpp"

namespace gochat::gateway {

Seq draw_from(Seq got, Seq head, std::size_t at_most) {
  if (head.number() <= at_most) return got;
  return std::max(got, Seq{head.number() - at_most});
}

Seq joined_at(const UserConversation& own) {
  switch (own.head.kind) {
    case ConversationKind::single:
      return Seq{};
    case ConversationKind::group:
      return own.membership ? own.membership->join_seq : own.last_seq();
    case ConversationKind::world:
      break;
  }
  return own.last_seq();
}

Session* CatchUp::followed(ConnectionId id) const {
  Session* session = rooms_.sessions.find(id);
  return session && session->followed ? session : nullptr;
}

// The tail comes first: what is committed after it was taken is at or below the heads that are read
// next, or is pushed.
Task<Result<void>> CatchUp::place(ConnectionId id) {
  if (!followed(id)) co_return Result<void>{};
  auto tail = co_await rooms_.tails.inherit(id);
  Session* session = followed(id);
  if (!session) co_return Result<void>{};
  const Caller caller = session->caller;
  Positions got;
  if (tail) {
    for (auto& send : tail->unanswered) session->followed->sends.begin(std::move(send));
    for (auto& [conversation, seq] : tail->got) got.emplace(std::move(conversation), seq);
  }
  auto listed = co_await rooms_.conversations.list(caller);
  if (!listed) co_return listed.error();
  session = followed(id);
  if (!session) co_return Result<void>{};
  // The one that was talked in last is drawn last, and so ends on top of the client's list again.
  std::ranges::reverse(*listed);
  for (const ListedConversation& one : *listed) {
    const Conversation& head = one.conversation.head;
    if (const auto at = got.find(head.id); at != got.end()) {
      owe(*session, head.id, std::min(at->second, head.last_seq), head.last_seq);
      got.erase(at);
    } else if (tail) {
      introduce(*session, one);
    } else {
      rooms_.delivery.stand_at(*session, head.id, head.last_seq);
    }
  }
  if (!got.empty()) co_await place_left(id, std::move(got));
  if ((session = followed(id))) rooms_.tails.save(*session);
  co_return Result<void>{};
}

// Conversations that the user has left: what was said before that was meant for them.
Task<> CatchUp::place_left(ConnectionId id, Positions left) {
  for (const auto& [conversation, got] : left) {
    Session* session = followed(id);
    if (!session) co_return;
    auto listed = co_await rooms_.conversations.get(session->caller, conversation);
    session = followed(id);
    if (!session || !listed) continue;
    const Seq end = listed->conversation.last_seq();
    if (got < end) owe(*session, conversation, got, end);
  }
}

void CatchUp::owe(Session& session, const ConversationId& conversation, Seq got, Seq head) {
  const Seq from = draw_from(got, head, limits_.missed_messages_max);
  rooms_.delivery.owe(session, conversation, got, from, head);
  if (rooms_.delivery.find_entry(session, conversation)->drawing()) {
    session.followed->to_draw.push_back(conversation);
  }
}

void CatchUp::introduce(Session& session, const ListedConversation& listed) {
  const Conversation& head = listed.conversation.head;
  rooms_.delivery.say(session, protocol::ConversationUpdate{view_of(listed)});
  owe(session, head.id, std::min(joined_at(listed.conversation), head.last_seq), head.last_seq);
}

void CatchUp::compare(Session& session, const ListedConversation& listed) {
  const Conversation& head = listed.conversation.head;
  const Entry* at = rooms_.delivery.find_entry(session, head.id);
  if (!at) {
    introduce(session, listed);
  } else if (at->sent < head.last_seq && !at->drawing()) {
    owe(session, head.id, at->sent, head.last_seq);
  }
  begin(session);
}

void CatchUp::begin(Session& session) {
  if (!session.followed || !session.ready || session.followed->drawing) return;
  auto unanswered =
      session.followed->placed ? std::vector<std::string>{} : session.followed->sends.open();
  session.followed->placed = true;
  if (unanswered.empty() && session.followed->to_draw.empty()) return;
  session.followed->drawing = true;
  rooms_.gate.spawn(run(session.id, std::move(unanswered)));
}

void CatchUp::asks_itself(Session& session) {
  if (!session.followed) return;
  rooms_.tails.forget(session);
  session.followed.reset();
  for (auto& [conversation, entry] : session.entries) {
    rooms_.delivery.drawn(session, conversation, entry.owed);
  }
  rooms_.delivery.drawn(session, world_id, session.world.owed);
}

Task<> CatchUp::run(ConnectionId id, std::vector<std::string> unanswered) {
  co_await answer_known(id, unanswered);
  for (;;) {
    Session* session = followed(id);
    if (!session) co_return;
    if (session->followed->to_draw.empty()) {
      session->followed->drawing = false;
      break;
    }
    ConversationId first = std::move(session->followed->to_draw.front());
    session->followed->to_draw.pop_front();
    co_await draw(id, std::move(first));
  }
  co_await answer_rest(id, std::move(unanswered));
}

Task<> CatchUp::draw(ConnectionId id, ConversationId conversation) {
  while (!rooms_.gate.closed()) {
    if (!co_await room_.wait(id)) co_return;
    const auto reached = co_await draw_page(id, conversation);
    Session* session = followed(id);
    if (!session) co_return;
    if (reached) {
      rooms_.delivery.drawn(*session, conversation, *reached);
    } else {
      co_await rooms_.timers.sleep(limits_.retry);
      session = followed(id);
    }
    const Entry* at = session ? rooms_.delivery.find_entry(*session, conversation) : nullptr;
    if (!at || !at->drawing()) co_return;
  }
}

// How far all is drawn; none: ask again.
Task<std::optional<Seq>> CatchUp::draw_page(ConnectionId id, ConversationId conversation) {
  Session* session = followed(id);
  if (!session) co_return std::nullopt;
  const Entry* at = rooms_.delivery.find_entry(*session, conversation);
  const Seq after = at->sent;
  const Seq owed = at->owed;
  HistoryQuery query{.conversation = conversation, .after = after};
  query.limit = limits_.page_messages_max;
  const auto page = co_await rooms_.messages.history(session->caller, std::move(query));
  session = followed(id);
  if (!session) co_return std::nullopt;
  if (!page) {
    // Not theirs any more: nothing of it is missing.
    if (!error_row(page.code()).retryable) co_return owed;
    log::warn("what was missed is not drawn yet",
              {{log::Field::conversation_id, conversation.text()},
               {log::Field::reason, page.error().detail}});
    co_return std::nullopt;
  }
  for (const ShownMessage& shown : page->messages) {
    if (shown.message.seq <= owed) rooms_.delivery.draw(*session, shown);
  }
  const bool ended = !page->has_more || page->up_to_seq <= after;
  co_return ended ? owed : std::min(page->up_to_seq, owed);
}

Task<> CatchUp::answer_known(ConnectionId id, std::vector<std::string> unanswered) {
  for (const std::string& client_msg_id : unanswered) {
    Session* session = followed(id);
    if (!session) co_return;
    const auto sent = co_await rooms_.messages.sent(session->caller, client_msg_id);
    session = followed(id);
    if (!session) co_return;
    if (session->followed->sends.state(client_msg_id) != OpenSends::State::open) continue;
    if (sent) {
      rooms_.delivery.say(*session, stored(*sent));
    } else if (const auto refusal = rooms_.refusals.find(*session, client_msg_id)) {
      rooms_.delivery.say(*session, protocol::ErrorFrame{*refusal, client_msg_id});
    } else {
      continue;
    }
    rooms_.reads.send_answered(*session, client_msg_id);
  }
}

// What is neither may be on its way, or may have been lost with the socket before.
Task<> CatchUp::answer_rest(ConnectionId id, std::vector<std::string> unanswered) {
  const MonoTime until = rooms_.timers.now() + limits_.answer_time_max;
  const auto still_open = [&](const std::string& client_msg_id) {
    Session* session = followed(id);
    return session && session->followed->sends.state(client_msg_id) == OpenSends::State::open;
  };
  for (;;) {
    std::erase_if(unanswered, [&](const std::string& one) { return !still_open(one); });
    if (unanswered.empty() || rooms_.gate.closed()) co_return;
    if (rooms_.timers.now() >= until) break;
    co_await rooms_.timers.sleep(limits_.answer_interval);
    co_await answer_known(id, unanswered);
  }
  const Error unknown = failed(ErrorCode::timeout, "not known to be stored; send it again");
  for (const std::string& client_msg_id : unanswered) {
    Session* session = followed(id);
    rooms_.delivery.say(*session, protocol::ErrorFrame{unknown, client_msg_id});
    rooms_.reads.send_answered(*session, client_msg_id);
  }
}

}  // namespace gochat::gateway

#include "gateway/timeline_desk.hpp"

#include <utility>
#include <variant>

#include "base/log.hpp"
#include "domain/limits.hpp"
#include "gateway/frames.hpp"

namespace gochat::gateway {

using protocol::CloseCode;

namespace {

void raise(std::vector<ConversationPosition>& positions, const Message& message) {
  for (ConversationPosition& position : positions) {
    if (position.conversation != message.conversation) continue;
    position.seq = std::max(position.seq, message.seq);
    return;
  }
  positions.push_back({message.conversation, message.seq});
}

protocol::MessageView view_of(const TrackedMessage& message) {
  return {message.shown.message, message.shown.sender_name, message.status};
}

}  // namespace

void TimelineDesk::answer(ConnectionId id, const protocol::ServerFrame& frame,
                          std::string_view re) {
  if (Session* session = rooms_.sessions.find(id)) rooms_.delivery.say(*session, frame, re);
}

std::vector<protocol::MessageView> TimelineDesk::shown(ConnectionId id, const TrackedPage& page) {
  std::vector<protocol::MessageView> views;
  views.reserve(page.messages.size());
  Session* session = rooms_.sessions.find(id);
  for (const TrackedMessage& message : page.messages) {
    if (session) session->named.note(message.shown.message);
    views.push_back(view_of(message));
  }
  return views;
}

bool TimelineDesk::take(Session& session, protocol::ClientRequest& request, const std::string& re) {
  const ConnectionId id = session.id;
  const Caller caller = session.caller;
  if (auto* one = std::get_if<protocol::Pull>(&request)) {
    rooms_.gate.spawn(pull(id, caller, std::move(*one), re));
  } else if (std::holds_alternative<protocol::PullInbox>(request)) {
    rooms_.gate.spawn(pull_inbox(id, caller, re));
  } else if (auto* ack = std::get_if<protocol::Ack>(&request)) {
    ConversationPosition to{std::move(ack->conversation), ack->seq};
    rooms_.gate.spawn(advance(id, caller, std::move(to), DeliveryStatus::delivered, re));
  } else if (auto* read = std::get_if<protocol::MarkRead>(&request)) {
    ConversationPosition to{std::move(read->conversation), read->seq};
    rooms_.gate.spawn(advance(id, caller, std::move(to), DeliveryStatus::read, re));
  } else if (auto* named = std::get_if<protocol::AckMessage>(&request)) {
    acknowledge(session, std::move(*named), re);
  } else if (auto* login = std::get_if<protocol::Auth>(&request)) {
    rooms_.gate.spawn(login_again(id, caller, std::move(login->token), re));
  } else {
    return false;
  }
  return true;
}

Task<> TimelineDesk::pull(ConnectionId id, Caller caller, protocol::Pull request, std::string re) {
  const auto after = request.after.value_or(Seq{});
  auto page =
      co_await rooms_.logic.timeline.pull(caller, request.conversation, after, request.limit);
  if (!page) co_return answer(id, protocol::ErrorFrame{page.error()}, re);
  const auto messages = shown(id, *page);
  protocol::PageView view{.messages = messages};
  view.up_to_seq = page->up_to_seq;
  view.has_more = page->has_more;
  answer(id, protocol::PullResult{request.conversation, view, epoch_}, re);
}

Task<> TimelineDesk::pull_inbox(ConnectionId id, Caller caller, std::string re) {
  auto page = co_await rooms_.logic.timeline.inbox(caller, {}, limits::timeline_page_messages);
  if (!page) co_return answer(id, protocol::ErrorFrame{page.error()}, re);
  const auto messages = shown(id, *page);
  answer(id, protocol::InboxPage{messages, page->has_more}, re);
}

Task<> TimelineDesk::advance(ConnectionId id, Caller caller, ConversationPosition to,
                             DeliveryStatus status, std::string re) {
  auto stands = co_await rooms_.logic.timeline.advance(caller, to.conversation, to.seq, status);
  if (!stands) co_return answer(id, protocol::ErrorFrame{stands.error()}, re);
  answer(id, protocol::PositionStands{to.conversation, *stands, status}, re);
}

void TimelineDesk::acknowledge(Session& session, protocol::AckMessage request,
                               const std::string& re) {
  const ConnectionId id = session.id;
  const Caller caller = session.caller;
  auto place = session.named.find(request.client_msg_id);
  if (!place) {
    rooms_.gate.spawn(acknowledge_sent(id, caller, std::move(request.client_msg_id), re));
    return;
  }
  ConversationPosition to{std::move(place->conversation), place->seq};
  rooms_.gate.spawn(advance(id, caller, std::move(to), DeliveryStatus::delivered, re));
}

// One's own messages are known by their msg_id for ever.
Task<> TimelineDesk::acknowledge_sent(ConnectionId id, Caller caller, std::string msg_id,
                                      std::string re) {
  auto sent = co_await rooms_.logic.messages.sent(caller, std::move(msg_id));
  if (sent) {
    ConversationPosition to{std::move(sent->conversation), sent->seq};
    co_return co_await advance(id, caller, std::move(to), DeliveryStatus::delivered, std::move(re));
  }
  Error error = sent.error();
  if (error.code == ErrorCode::not_found) {
    error = refused(ErrorCode::not_found,
                    "this socket was not shown that msg_id; name the conversation_id");
  }
  answer(id, protocol::ErrorFrame{error}, re);
}

// A socket that is signed in may say so again, with its own token or with none.
Task<> TimelineDesk::login_again(ConnectionId id, Caller caller, std::string token,
                                 std::string re) {
  if (!token.empty()) {
    const auto named = co_await rooms_.logic.auth.authenticate(std::move(token));
    if (!named) {
      answer(id, protocol::ErrorFrame{named.error()}, re);
      const Session* session = rooms_.sessions.find(id);
      if (session) door_.close(session->socket, CloseCode::not_authenticated);
      co_return;
    }
    if (named->session != caller.session) {
      const Error other =
          refused(ErrorCode::conflict, "this socket is signed in with another session");
      co_return answer(id, protocol::ErrorFrame{other}, re);
    }
  }
  if (const Session* session = rooms_.sessions.find(id)) answer(id, door_.greeting(*session), re);
}

void TimelineDesk::catch_up(const Session& session) {
  rooms_.gate.spawn(draw_missed(session.id, session.caller));
}

Task<> TimelineDesk::draw_missed(ConnectionId id, Caller caller) {
  bool there = co_await draw_singles(id, caller);
  if (there) there = co_await draw_groups(id, caller);
  Session* session = rooms_.sessions.find(id);
  if (there && session) rooms_.delivery.release(*session);
}

Task<bool> TimelineDesk::draw_singles(ConnectionId id, Caller caller) {
  std::vector<ConversationPosition> sent;
  for (bool more = true; more;) {
    const bool there = co_await room_.wait(id);
    if (!there) co_return false;
    const auto page =
        co_await rooms_.logic.timeline.inbox(caller, sent, limits::timeline_page_messages);
    if (!page) co_return give_up(id, page.error().detail);
    if (!draw(id, *page)) co_return false;
    for (const TrackedMessage& message : page->messages) raise(sent, message.shown.message);
    more = page->has_more && !page->messages.empty();
  }
  co_return true;
}

Task<bool> TimelineDesk::draw_groups(ConnectionId id, Caller caller) {
  auto missed = co_await rooms_.logic.timeline.missed_groups(caller);
  if (!missed) co_return give_up(id, missed.error().detail);
  for (ConversationPosition& from : *missed) {
    const bool there = co_await draw_group(id, caller, std::move(from));
    if (!there) co_return false;
  }
  co_return true;
}

Task<bool> TimelineDesk::draw_group(ConnectionId id, Caller caller, ConversationPosition from) {
  for (bool more = true; more;) {
    const bool there = co_await room_.wait(id);
    if (!there) co_return false;
    const auto page = co_await rooms_.logic.timeline.pull(caller, from.conversation, from.seq,
                                                          limits::timeline_page_messages);
    // A group that was left or disbanded meanwhile is missed no more.
    if (page.code() == ErrorCode::not_found || page.code() == ErrorCode::not_a_member) break;
    if (!page) co_return give_up(id, page.error().detail);
    if (!draw(id, *page)) co_return false;
    more = page->has_more && page->up_to_seq > from.seq;
    from.seq = page->up_to_seq;
  }
  co_return true;
}

bool TimelineDesk::draw(ConnectionId id, const TrackedPage& page) {
  Session* session = rooms_.sessions.find(id);
  if (!session) return false;
  for (const TrackedMessage& message : page.messages) {
    session->named.note(message.shown.message);
    rooms_.delivery.catch_up(
        *session, message.shown.message,
        frame_of(codec_of(session->dialect), protocol::NewMessage{view_of(message)}));
  }
  if (session->before_ready.size() <= limits_.waiting_max) return true;
  return give_up(id, "too much waits behind a catch-up");
}

// The client comes back, and its positions say where to go on.
bool TimelineDesk::give_up(ConnectionId id, std::string_view why) {
  log::warn("a catch-up was given up", {{log::Field::reason, std::string{why}}});
  const Session* session = rooms_.sessions.find(id);
  if (session) door_.close(session->socket, CloseCode::overload);
  return false;
}

}  // namespace gochat::gateway

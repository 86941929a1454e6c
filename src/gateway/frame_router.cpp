#include "gateway/frame_router.hpp"

#include "gateway/frames.hpp"

namespace gochat::gateway {

namespace {

Send send_of(protocol::SendMessage request, const trace::Span& span) {
  return {std::move(request.conversation),  request.type,     std::move(request.content),
          std::move(request.client_msg_id), request.reply_to, span.context().id};
}

}  // namespace

void FrameRouter::answer(ConnectionId id, const protocol::ServerFrame& frame, std::string_view re) {
  if (Session* session = rooms_.sessions.find(id)) rooms_.delivery.say(*session, frame, re);
}

void FrameRouter::refuse(ConnectionId id, const Error& error, std::string_view re,
                         std::string_view client_msg_id) {
  answer(id, protocol::ErrorFrame{error, client_msg_id}, re);
}

void FrameRouter::deny(ConnectionId id, std::string_view type, const Error& error,
                       std::string_view re, std::string_view client_msg_id) {
  Session* session = rooms_.sessions.find(id);
  if (!session) return;
  rooms_.witness.request_refused(type, error, *session);
  rooms_.delivery.say(*session, protocol::ErrorFrame{error, client_msg_id}, re);
}

void FrameRouter::on_frame(Session& session, std::string_view bytes) {
  protocol::ClientFrame frame = codec_of(session.dialect).parse(bytes);
  if (!frame.request) {
    rooms_.witness.frame_refused(frame.request.error(), session);
    refuse(session.id, frame.request.error(), frame.id, frame.client_msg_id);
    return;
  }
  rooms_.witness.frame(frame.request->index());
  if (session.dialect == Dialect::timeline &&
      rooms_.timeline.take(session, *frame.request, frame.id)) {
    return;
  }
  const ConnectionId id = session.id;
  const Caller caller = session.caller;
  std::visit(
      [&](auto&& request) {
        using T = std::decay_t<decltype(request)>;
        if constexpr (std::is_same_v<T, protocol::SendMessage>) {
          send(session, std::move(request), std::move(frame.id));
        } else if constexpr (std::is_same_v<T, protocol::Pull>) {
          rooms_.catch_up.asks_itself(session);
          rooms_.gate.spawn(pull(id, caller, std::move(request), std::move(frame.id)));
        } else if constexpr (std::is_same_v<T, protocol::Sync>) {
          rooms_.catch_up.asks_itself(session);
          rooms_.syncs.begin(session, std::move(request), std::move(frame.id));
        } else if constexpr (std::is_same_v<T, protocol::Ack>) {
          rooms_.gate.spawn(acknowledge(id, caller, std::move(request), std::move(frame.id)));
        } else if constexpr (std::is_same_v<T, protocol::MarkRead>) {
          rooms_.gate.spawn(mark_read(id, caller, std::move(request), std::move(frame.id)));
        } else if constexpr (std::is_same_v<T, protocol::Typing>) {
          rooms_.gate.spawn(typing(id, caller, std::move(request)));
        } else if constexpr (std::is_same_v<T, protocol::Ping>) {
          rooms_.gate.spawn(ping(id, caller, std::move(frame.id)));
        } else {
          const Error late =
              refused(ErrorCode::invalid_params, "auth: this socket is signed in already");
          refuse(id, late, frame.id);
        }
      },
      std::move(*frame.request));
}

// A send whose conversation is known goes up at once. One that must find its conversation first
// holds back the ones behind it.
void FrameRouter::send(Session& session, protocol::SendMessage request, std::string re) {
  if (request.client_msg_id.empty()) request.client_msg_id = next_client_msg_id(session);
  const ConnectionId id = session.id;
  const Caller caller = session.caller;
  if (request.to_user || session.sending) {
    session.sends.push_back(
        [this, id, caller, request = std::move(request), re = std::move(re)]() mutable {
          return send_to_user(id, caller, std::move(request), std::move(re));
        });
    if (!session.sending) {
      session.sending = true;
      rooms_.gate.spawn(run_sends(id));
    }
    return;
  }
  trace::Span span = begin_span(request);
  Send send = send_of(std::move(request), span);
  if (auto admitted = rooms_.publisher.admit(caller.user, send); !admitted) {
    span.failed(admitted.code());
    refuse(id, admitted.error(), re, send.client_msg_id);
    return;
  }
  begun(id, send.client_msg_id);
  rooms_.gate.spawn(publish(id, caller, std::move(send), std::move(re), std::move(span)));
}

trace::Span FrameRouter::begin_span(const protocol::SendMessage& request) {
  return trace::start("receive", trace::Kind::server, rooms_.witness.arrival(request.traceparent));
}

void FrameRouter::begun(ConnectionId id, const std::string& client_msg_id) {
  Session* session = rooms_.sessions.find(id);
  if (!session || !session->followed) return;
  session->followed->sends.begin(client_msg_id);
  rooms_.refusals.begun(*session, client_msg_id);
  session->followed->changed = true;
}

Task<> FrameRouter::run_sends(ConnectionId id) {
  for (;;) {
    Session* session = rooms_.sessions.find(id);
    if (!session) co_return;
    if (session->sends.empty()) {
      session->sending = false;
      co_return;
    }
    auto first = std::move(session->sends.front());
    session->sends.pop_front();
    co_await first();
  }
}

Task<> FrameRouter::send_to_user(ConnectionId id, Caller caller, protocol::SendMessage request,
                                 std::string re) {
  trace::Span span = begin_span(request);
  const trace::Scope scope{span.context()};
  if (request.to_user) {
    auto opened = co_await rooms_.logic.conversations.open_single(caller, request.to_user);
    if (!opened) {
      span.failed(opened.code());
      deny(id, "send-message", opened.error(), re, request.client_msg_id);
      co_return;
    }
    request.conversation = opened->conversation.head.id;
  }
  Send send = send_of(std::move(request), span);
  if (auto admitted = rooms_.publisher.admit(caller.user, send); !admitted) {
    span.failed(admitted.code());
    refuse(id, admitted.error(), re, send.client_msg_id);
    co_return;
  }
  begun(id, send.client_msg_id);
  co_await publish(id, caller, std::move(send), std::move(re), std::move(span));
}

Task<> FrameRouter::publish(ConnectionId id, Caller caller, Send send, std::string re,
                            trace::Span receiving) {
  const trace::Scope scope{receiving.context()};
  const std::string client_msg_id = send.client_msg_id;
  protocol::Origin origin{self_.name, self_.boot, id, re};
  auto published =
      co_await rooms_.publisher.publish(caller.user, std::move(send), std::move(origin));
  if (!published) {
    // Unknown: the record may be on its way, and its end will come; an error would be a second
    // answer.
    if (published.code() == ErrorCode::timeout) co_return;
    refuse(id, published.error(), re, client_msg_id);
    if (Session* session = rooms_.sessions.find(id)) {
      rooms_.reads.send_answered(*session, client_msg_id);
    }
  } else if (*published == Durability::on_disk) {
    answer(id, protocol::MessageAccepted{client_msg_id}, re);
  }
}

Task<> FrameRouter::pull(ConnectionId id, Caller caller, protocol::Pull request, std::string re) {
  HistoryQuery query{std::move(request.conversation), request.after, request.before,
                     request.after_event, request.limit};
  auto history = co_await rooms_.logic.messages.history(caller, std::move(query));
  if (!history) co_return deny(id, "pull", history.error(), re);
  const PageParts parts{*history};
  answer(id, protocol::PullResult{history->conversation, parts.view(), epoch_}, re);
}

Task<> FrameRouter::acknowledge(ConnectionId id, Caller caller, protocol::Ack request,
                                std::string re) {
  auto done = co_await rooms_.logic.conversations.acknowledge(
      caller, std::move(request.conversation), request.seq);
  if (!done) deny(id, "ack", done.error(), re);
}

Task<> FrameRouter::mark_read(ConnectionId id, Caller caller, protocol::MarkRead request,
                              std::string re) {
  auto done = co_await rooms_.logic.conversations.mark_read(caller, std::move(request.conversation),
                                                            request.seq);
  if (!done) deny(id, "mark-read", done.error(), re);
}

// Somebody's fingers are no promise: a refusal is not worth a frame.
Task<> FrameRouter::typing(ConnectionId id, Caller caller, protocol::Typing request) {
  auto done = co_await rooms_.logic.conversations.typing(caller, std::move(request.conversation),
                                                         request.on);
  Session* session = done ? nullptr : rooms_.sessions.find(id);
  if (session) rooms_.witness.request_refused("typing", done.error(), *session);
}

Task<> FrameRouter::ping(ConnectionId id, Caller caller, std::string re) {
  const std::vector<UserId> one{caller.user};
  auto marks = co_await rooms_.logic.messages.marks(one);
  if (!marks) co_return deny(id, "ping", marks.error(), re);
  const std::uint64_t mark = marks->empty() ? 0 : marks->front().sum;
  answer(id, protocol::Pong{rooms_.clock.now(), mark}, re);
}

}  // namespace gochat::gateway

// How a socket comes in: what an upgrade must show, who it is, and what it is greeted with.
#include <algorithm>

#include "gateway/frames.hpp"
#include "gateway/gateway.hpp"
#include "protocol/close_code.hpp"

namespace gochat::gateway {

using protocol::CloseCode;

namespace {

// In Server's upgrade tag, below every connection id: this socket names itself in its first frame,
// in this dialect.
constexpr std::uint64_t unnamed_tag(Dialect dialect) { return static_cast<std::uint64_t>(dialect); }

Error too_many_of_address() {
  return refused(ErrorCode::rate_limited, "this address has too many sockets open");
}

Error draining() { return failed(ErrorCode::unavailable, "this gateway drains"); }

}  // namespace

void Gateway::on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) {
  std::string client = client_address_.of(request);
  const bool behind_proxy = client != request.remote_address;
  request.remote_address = std::move(client);
  gate_.spawn(upgrade(std::make_shared<net::HttpRequest>(std::move(request)), std::move(responder),
                      behind_proxy));
}

Task<> Gateway::upgrade(std::shared_ptr<net::HttpRequest> request, net::UpgradeResponder responder,
                        bool behind_proxy) {
  const TraceId trace = witness_.trace_of(*request);
  const auto refuse = [&](const Error& error) {
    witness_.handshake_refused(*request, error, trace);
    responder.refuse(http_.problem(*request, error, trace));
  };
  if (request->path != "/ws") co_return refuse(refused(ErrorCode::not_found, "sockets are at /ws"));
  if (stopping_) co_return refuse(draining());
  if (auto origin = handshake_.check_origin(*request); !origin) co_return refuse(origin.error());
  AddressPlaces::Place place;
  if (behind_proxy) {
    place = places_.take(request->remote_address);
    if (!place) co_return refuse(too_many_of_address());
  }
  const Spoken spoken = Handshake::spoken(*request);
  auto credential = handshake_.presented(*request);
  if (!credential) co_return refuse(credential.error());
  const bool named_later = credential->kind == Credential::none && spoken.chosen;
  if (named_later) {
    accept(std::move(responder), spoken, unnamed_tag(spoken.dialect), std::move(place));
    co_return;
  }
  auto caller = co_await handshake_.authenticate(std::move(*credential));
  if (!caller) co_return refuse(caller.error());
  if (stopping_) co_return refuse(draining());
  if (auto room = headcount_.admit(); !room) co_return refuse(room.error());

  // In the table and in the registry before the 101: from here on every push finds the session,
  // which collects until it is ready.
  Session& session = admit(*caller, spoken, trace);
  const ConnectionId id = session.id;
  co_await registrar_.add(id);
  if (auto placed = co_await catch_up_.place(id); !placed) {
    sessions_.remove(id);
    co_await registrar_.remove(caller->user, id);
    co_return refuse(placed.error());
  }
  if (revocations_.ended(caller->session)) {
    sessions_.remove(id);
    co_await registrar_.remove(caller->user, id);
    co_return refuse(refused(ErrorCode::unauthorized, "the session was revoked"));
  }
  accept(std::move(responder), spoken, static_cast<std::uint64_t>(id.number()), std::move(place));
}

void Gateway::accept(net::UpgradeResponder responder, const Spoken& spoken, std::uint64_t tag,
                     AddressPlaces::Place place) {
  opening_ = std::move(place);
  responder.accept(std::string{spoken.subprotocol}, tag);
  opening_.reset();
}

Session& Gateway::admit(Caller caller, const Spoken& spoken, TraceId trace) {
  replace_oldest(caller.user);
  auto session = std::make_unique<Session>();
  session->id = ConnectionId{rooms_.ids.next()};
  session->caller = caller;
  session->trace = trace;
  session->dialect = spoken.dialect;
  if (!spoken.chosen) session->followed = std::make_unique<Followed>();
  session->boot = static_cast<std::uint32_t>(options_.boot);
  session->login_at = rooms_.clock.now();
  return sessions_.add(std::move(session));
}

void Gateway::replace_oldest(UserId user) {
  const auto own = sessions_.of(user);
  if (own.size() < options_.connections_per_user_max) return;
  const Session* oldest =
      *std::ranges::min_element(own, {}, [](const Session* s) { return s->id; });
  if (oldest->socket) close_with_bye(oldest->socket, CloseCode::replaced, {});
}

protocol::Connected Gateway::greeting(const Session& session) const {
  protocol::Connected connected;
  connected.session = session.caller.session;
  connected.user = session.caller.user;
  const Duration heartbeat =
      session.dialect == Dialect::timeline ? silence_.heartbeat() : options_.limits.ping_interval;
  connected.heartbeat_seconds = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(heartbeat).count());
  const BucketRate& rate = publisher_.rates().of_one;
  connected.limits.sends_burst = rate.capacity;
  connected.limits.sends_per_second = rate.per_second;
  connected.server_time = rooms_.clock.now();
  connected.epoch = options_.epoch;
  return connected;
}

void Gateway::greet(Session& session, std::string_view re) {
  witness_.opened(session);
  // It may have ended since whoever let it in heard of it last, and nobody else looks at it again.
  if (const auto code = revocations_.ended(session.caller.session)) {
    return close_with_bye(session.socket, *code, {});
  }
  say(session.socket, session.dialect, greeting(session), re);
  if (session.dialect == Dialect::timeline) {
    silence_.heard(session.socket);
    timeline_.catch_up(session);
  } else {
    delivery_.release(session);
    catch_up_.begin(session);
  }
}

void Gateway::on_open(net::ConnectionId socket, std::uint64_t tag) {
  if (opening_) held_places_[socket] = std::move(opening_);
  if (tag < dialects) {
    Unnamed& unnamed = unnamed_[socket];
    unnamed.dialect = static_cast<Dialect>(tag);
    unnamed.deadline = rooms_.timers.after(options_.auth_frame_time_max, [this, socket] {
      close_with_bye(socket, CloseCode::not_authenticated, {});
    });
    return;
  }
  Session* session = sessions_.find(ConnectionId{static_cast<std::int64_t>(tag)});
  sessions_.bind(*session, socket);
  greet(*session, {});
}

void Gateway::first_frame(net::ConnectionId socket, std::string_view payload) {
  const auto at = unnamed_.find(socket);
  if (at == unnamed_.end()) return;  // closing
  const Dialect dialect = at->second.dialect;
  auto frame = codec_of(dialect).parse(payload);
  auto* auth = frame.request ? std::get_if<protocol::Auth>(&*frame.request) : nullptr;
  if (!auth || at->second.authenticating) {
    const Error early = refused(ErrorCode::unauthorized, "the first frame says who this is");
    witness_.socket_refused(early);
    say(socket, dialect, protocol::ErrorFrame{early}, frame.id);
    close_with_bye(socket, CloseCode::not_authenticated, {});
    return;
  }
  at->second.authenticating = true;
  gate_.spawn(authenticate_by_frame(socket, std::move(auth->token), frame.id));
}

Task<> Gateway::authenticate_by_frame(net::ConnectionId socket, std::string token, std::string re) {
  auto caller = co_await rooms_.logic.auth.authenticate(std::move(token));
  const auto unnamed = unnamed_.find(socket);
  if (stopping_ || unnamed == unnamed_.end()) co_return;
  const Dialect dialect = unnamed->second.dialect;
  if (!caller) {
    witness_.socket_refused(caller.error());
    say(socket, dialect, protocol::ErrorFrame{caller.error()}, re);
    close_with_bye(socket, CloseCode::not_authenticated, {});
    co_return;
  }
  if (auto room = headcount_.admit(); !room) {
    witness_.socket_refused(room.error());
    say(socket, dialect, protocol::ErrorFrame{room.error()}, re);
    close_with_bye(socket, CloseCode::overload, {});
    co_return;
  }
  unnamed_.erase(unnamed);
  Session& session = admit(*caller, Spoken{dialect, {}, true}, witness_.new_trace());
  sessions_.bind(session, socket);
  const ConnectionId id = session.id;
  co_await registrar_.add(id);
  if (Session* there = sessions_.find(id)) greet(*there, re);
}

}  // namespace gochat::gateway

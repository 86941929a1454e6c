#include "gateway/gateway.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "gateway/catalogue.hpp"
#include "gateway/frames.hpp"
#include "gateway/http_routes.hpp"
#include "protocol/close_code.hpp"

namespace gochat::gateway {

using protocol::CloseCode;

namespace {
// In Server's upgrade tag, below every connection id: this socket names itself in its first frame,
// in this dialect.
constexpr std::uint64_t unnamed_tag(Dialect dialect) { return static_cast<std::uint64_t>(dialect); }

Error draining() { return failed(ErrorCode::unavailable, "this gateway drains"); }
}  // namespace

Gateway::Gateway(Rooms rooms, GatewayOptions options)
    : rooms_{rooms},
      options_{std::move(options)},
      gate_{rooms_.loop.get_executor()},
      witness_{rooms_.timers, rooms_.random},
      unanswered_{rooms_.timers},
      publisher_{{rooms_.queue, rooms_.timers, rooms_.clock, witness_, unanswered_},
                 options_.publisher},
      receipts_{rooms_.timers},
      reads_{sessions_, rooms_.timers},
      delivery_{{sessions_, rooms_.logic.messages, rooms_.timers, gate_, reads_},
                options_.delivery},
      registrar_{{rooms_.registry, rooms_.logic.conversations, sessions_, rooms_.timers, gate_},
                 {options_.name, options_.boot},
                 options_.refresh_interval},
      tails_{{rooms_.tails, sessions_, rooms_.clock, rooms_.timers, gate_}, options_.tails},
      catch_up_{{rooms_.logic.messages, rooms_.logic.conversations, sessions_, delivery_, reads_,
                 tails_, rooms_.timers, gate_},
                options_.catch_up,
                options_.limits.outbox_drained_bytes},
      repair_{{rooms_.logic.messages, rooms_.logic.conversations, sessions_, catch_up_,
               rooms_.timers, gate_},
              options_.repair},
      syncs_{{rooms_.logic.messages, sessions_, delivery_, gate_}, options_.sync, options_.epoch},
      timeline_{
          {rooms_.logic, sessions_, delivery_, gate_},
          options_.timeline,
          options_.epoch,
          options_.limits.outbox_drained_bytes,
          {[this](const Session& session) { return greeting(session); },
           [this](net::ConnectionId socket, CloseCode code) { close_with_bye(socket, code, {}); }}},
      silence_{rooms_.timers, options_.silence,
               [this](net::ConnectionId socket) {
                 close_with_bye(socket, CloseCode::no_sign_of_life, {});
               }},
      router_{{rooms_.logic, sessions_, delivery_, reads_, catch_up_, publisher_, syncs_, timeline_,
               gate_, rooms_.clock, witness_},
              {options_.name, options_.boot},
              options_.epoch},
      consumer_{{sessions_, delivery_, reads_, receipts_, witness_, unanswered_}, options_.boot},
      handshake_{{rooms_.logic.auth, rooms_.tickets}, options_.handshake},
      http_{{rooms_.logic.auth, rooms_.logic.repeats, witness_, gate_}, options_.http},
      client_address_{options_.trusted_proxies},
      server_{rooms_.loop,
              rooms_.timers,
              *this,
              {options_.listen, options_.limits, options_.io_threads, options_.trusted_proxies}} {
  reads_.use(server_);
  delivery_.use(server_);
  catch_up_.use(server_);
  syncs_.use(server_);
  timeline_.use(server_);
  add_http_routes(http_.router(), {rooms_.logic,
                                   publisher_,
                                   receipts_,
                                   rooms_.random,
                                   rooms_.clock,
                                   rooms_.tickets,
                                   witness_,
                                   {options_.name, options_.boot},
                                   options_.epoch,
                                   options_.receipt_time_max});
}

Gateway::~Gateway() = default;

std::string Gateway::catalogue() { return catalogue_json(http_.router()); }

Task<Result<void>> Gateway::start() {
  const std::string topic = std::string{protocol::downstream_topic_prefix} + options_.name;
  if (auto made = co_await rooms_.queue.ensure_topic(topic, 1); !made) co_return made;
  auto subscribed = co_await rooms_.queue.subscribe({topic, "", 1'000}, consumer_);
  if (!subscribed) co_return subscribed.error();
  subscription_ = std::move(*subscribed);
  if (auto listening = server_.start(); !listening) {
    co_await subscription_->stop();
    co_return listening;
  }
  registrar_.start();
  arm_revocations();
  tails_.start();
  repair_.start();
  silence_.start();
  co_return Result<void>{};
}

void Gateway::on_http(net::HttpRequest request, net::HttpResponder responder) {
  request.remote_address = client_address_.of(request);
  if (options_.pages) {
    if (auto page = options_.pages(request)) {
      witness_.page_answered(request, "page", page->status);
      return responder.send(std::move(*page));
    }
  }
  http_.serve(std::move(request), std::move(responder));
}

void Gateway::on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) {
  request.remote_address = client_address_.of(request);
  gate_.spawn(
      upgrade(std::make_shared<net::HttpRequest>(std::move(request)), std::move(responder)));
}

Task<> Gateway::upgrade(std::shared_ptr<net::HttpRequest> request,
                        net::UpgradeResponder responder) {
  const TraceId trace = witness_.trace_of(*request);
  const auto refuse = [&](const Error& error) {
    witness_.handshake_refused(*request, error, trace);
    responder.refuse(http_.problem(*request, error, trace));
  };
  if (request->path != "/ws") co_return refuse(refused(ErrorCode::not_found, "sockets are at /ws"));
  if (stopping_) co_return refuse(draining());
  if (auto origin = handshake_.check_origin(*request); !origin) co_return refuse(origin.error());
  const Spoken spoken = Handshake::spoken(*request);
  auto credential = handshake_.presented(*request);
  if (!credential) co_return refuse(credential.error());
  const bool named_later = credential->kind == Credential::none && spoken.chosen;
  if (named_later) {
    responder.accept(std::string{spoken.subprotocol}, unnamed_tag(spoken.dialect));
    co_return;
  }
  auto caller = co_await handshake_.authenticate(std::move(*credential));
  if (!caller) co_return refuse(caller.error());
  if (stopping_) co_return refuse(draining());

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
  if (revoked_.contains(caller->session)) {
    sessions_.remove(id);
    co_await registrar_.remove(caller->user, id);
    co_return refuse(refused(ErrorCode::unauthorized, "the session was revoked"));
  }
  responder.accept(std::string{spoken.subprotocol}, static_cast<std::uint64_t>(id.number()));
}

Session& Gateway::admit(Caller caller, const Spoken& spoken, TraceId trace) {
  replace_oldest(caller.user);
  auto session = std::make_unique<Session>();
  session->id = ConnectionId{rooms_.ids.next()};
  session->caller = caller;
  session->trace = trace;
  session->dialect = spoken.dialect;
  if (!spoken.chosen) session->followed = std::make_unique<Followed>();
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
  connected.server_time = rooms_.clock.now();
  connected.epoch = options_.epoch;
  return connected;
}

void Gateway::greet(Session& session, std::string_view re) {
  witness_.opened(session);
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

void Gateway::on_message(net::ConnectionId socket, std::string_view payload, bool text) {
  if (!text) {
    server_.close(socket, static_cast<std::uint16_t>(CloseCode::unsupported),
                  "this dialect is text");
    return;
  }
  if (Session* session = sessions_.find(socket)) {
    if (session->dialect == Dialect::timeline) silence_.heard(socket);
    router_.on_frame(*session, payload);
  } else {
    first_frame(socket, payload);
  }
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
  unnamed_.erase(unnamed);
  Session& session = admit(*caller, Spoken{dialect, {}, true}, witness_.new_trace());
  sessions_.bind(session, socket);
  const ConnectionId id = session.id;
  co_await registrar_.add(id);
  if (Session* there = sessions_.find(id)) greet(*there, re);
}

void Gateway::on_pong(net::ConnectionId socket, std::uint32_t mark) {
  if (Session* session = sessions_.find(socket)) reads_.pong(*session, mark);
}

void Gateway::on_drained(net::ConnectionId socket) {
  if (Session* session = sessions_.find(socket)) end_wait_for_room(*session);
}

void Gateway::on_close(net::ConnectionId socket, std::uint16_t code) {
  unnamed_.erase(socket);
  silence_.forget(socket);
  Session* session = sessions_.find(socket);
  witness_.closed(session, code);
  if (!session) return;
  const auto gone = sessions_.remove(session->id);
  syncs_.gone(*gone);
  end_wait_for_room(*gone);
  tails_.closed(*gone, stopping_ || leaves_a_tail(code));
  gate_.spawn(registrar_.remove(gone->caller.user, gone->id));
}

Dialect Gateway::dialect_of(net::ConnectionId socket) {
  if (const Session* session = sessions_.find(socket)) return session->dialect;
  const auto unnamed = unnamed_.find(socket);
  return unnamed == unnamed_.end() ? Dialect::classic : unnamed->second.dialect;
}

void Gateway::say(net::ConnectionId socket, Dialect dialect, const protocol::ServerFrame& frame,
                  std::string_view re) {
  const auto encoded = frame_of(codec_of(dialect), frame, re);
  if (encoded.size() > 0) server_.send(socket, encoded);
}

void Gateway::close_with_bye(net::ConnectionId socket, CloseCode code, Duration after) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(after).count();
  say(socket, dialect_of(socket), protocol::Bye{code, static_cast<std::uint32_t>(ms)});
  server_.close(socket, static_cast<std::uint16_t>(code), protocol::close_row(code).reason);
}

void Gateway::arm_revocations() {
  revocation_timer_ =
      rooms_.timers.after(options_.revocation_interval, [this] { gate_.spawn(ask_revocations()); });
}

Task<> Gateway::ask_revocations() {
  auto page = co_await rooms_.logic.auth.revoked_since(revocation_cursor_);
  if (page) {
    revocation_cursor_ = page->cursor;
    for (const RevokedSession& revoked : page->sessions) end_session(revoked);
    std::erase_if(revoked_,
                  [now = rooms_.timers.now()](const auto& it) { return it.second < now; });
  }
  if (!stopping_) arm_revocations();
}

// Closes its sockets, and remembers it for those that are being opened right now.
void Gateway::end_session(const RevokedSession& revoked) {
  revoked_[revoked.session] = rooms_.timers.now() + options_.revoked_remembered;
  std::vector<net::ConnectionId> sockets;
  for (const Session* session : sessions_.all()) {
    if (session->caller.session == revoked.session && session->socket)
      sockets.push_back(session->socket);
  }
  for (const auto socket : sockets)
    close_with_bye(socket, static_cast<CloseCode>(revoked.close_code), {});
}

}  // namespace gochat::gateway

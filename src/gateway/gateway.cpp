#include "gateway/gateway.hpp"

#include "base/log.hpp"
#include "gateway/catalogue.hpp"
#include "gateway/frames.hpp"
#include "gateway/http_routes.hpp"
#include "protocol/close_code.hpp"

namespace gochat::gateway {

using protocol::CloseCode;

Gateway::Gateway(Rooms rooms, GatewayOptions options)
    : rooms_{rooms},
      options_{std::move(options)},
      gate_{rooms_.loop.get_executor()},
      witness_{rooms_.timers, rooms_.random},
      unanswered_{rooms_.timers},
      publisher_{{rooms_.queue, rooms_.timers, rooms_.clock, witness_, unanswered_, rooms_.limiter},
                 options_.publisher},
      receipts_{rooms_.timers},
      reads_{sessions_, rooms_.timers},
      delivery_{{sessions_, rooms_.logic.messages, rooms_.timers, gate_, reads_},
                options_.delivery},
      registrar_{{rooms_.registry, rooms_.logic.conversations, sessions_, rooms_.timers, gate_},
                 {options_.name, options_.boot},
                 options_.refresh_interval},
      headcount_{
          {rooms_.online, sessions_, rooms_.timers, gate_}, options_.name, options_.online_max},
      revocations_{gate_, rooms_.timers, options_.revocations,
                   [this](std::uint64_t cursor) { return rooms_.logic.auth.revoked_since(cursor); },
                   [this](const Revocations::Ended& ended) { end_sessions(ended); }},
      topic_beat_{gate_, rooms_.timers, options_.refresh_interval, [this] { return keep_topic(); }},
      tails_{{rooms_.tails, sessions_, rooms_.clock, rooms_.timers, gate_}, options_.tails},
      catch_up_{{rooms_.logic.messages, rooms_.logic.conversations, sessions_, delivery_, reads_,
                 refusals_, tails_, rooms_.timers, gate_},
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
      router_{{rooms_.logic, sessions_, delivery_, reads_, refusals_, catch_up_, publisher_, syncs_,
               timeline_, gate_, rooms_.clock, witness_},
              {options_.name, options_.boot},
              options_.epoch},
      consumer_{{sessions_, delivery_, reads_, refusals_, receipts_, witness_, unanswered_,
                 rooms_.queue, rooms_.clock, rooms_.timers},
                options_.boot},
      handshake_{{rooms_.logic.auth, rooms_.tickets}, options_.handshake},
      http_{{rooms_.logic.auth, rooms_.logic.repeats, witness_, gate_}, options_.http},
      client_address_{options_.trusted_proxies},
      places_{options_.limits.connections_per_address_max},
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

std::string Gateway::topic() const {
  return std::string{protocol::downstream_topic_prefix} + options_.name;
}

// Somebody may have removed it, and nobody else makes it.
Task<> Gateway::keep_topic() {
  auto made = co_await rooms_.queue.ensure_topic(topic(), 1);
  if (!made) {
    log::warn("it is not known whether this gateway's topic is there",
              {{log::Field::reason, made.error().detail}});
  }
}

Task<Result<void>> Gateway::start() {
  if (auto made = co_await rooms_.queue.ensure_topic(topic(), 1); !made) co_return made;
  if (auto made = co_await consumer_.open_letters(topic()); !made) co_return made;
  auto subscribed = co_await rooms_.queue.subscribe({topic(), "", 1'000}, consumer_);
  if (!subscribed) co_return subscribed.error();
  subscription_ = std::move(*subscribed);
  if (auto listening = server_.start(); !listening) {
    co_await subscription_->stop();
    co_return listening;
  }
  registrar_.start();
  headcount_.start();
  topic_beat_.start();
  revocations_.start();
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

void Gateway::on_refused(net::HttpRequest request, net::HttpResponder responder) {
  responder.send(http_.answer_refused(request));
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

void Gateway::on_pong(net::ConnectionId socket, std::uint32_t mark) {
  if (Session* session = sessions_.find(socket)) reads_.pong(*session, mark);
}

void Gateway::on_drained(net::ConnectionId socket) {
  if (Session* session = sessions_.find(socket)) end_wait_for_room(*session);
}

void Gateway::on_close(net::ConnectionId socket, std::uint16_t code) {
  unnamed_.erase(socket);
  held_places_.erase(socket);
  silence_.forget(socket);
  Session* session = sessions_.find(socket);
  witness_.closed(session, code);
  if (!session) return;
  const auto gone = sessions_.remove(session->id);
  syncs_.gone(*gone);
  end_wait_for_room(*gone);
  refusals_.closed(*gone);
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

void Gateway::end_sessions(const Revocations::Ended& ended) {
  std::vector<std::pair<net::ConnectionId, CloseCode>> sockets;
  for (const Session* session : sessions_.all()) {
    const auto at = ended.find(session->caller.session);
    if (at != ended.end() && session->socket) sockets.emplace_back(session->socket, at->second);
  }
  for (const auto& [socket, code] : sockets) close_with_bye(socket, code, {});
}

}  // namespace gochat::gateway

#include "net/http_protocol.hpp"

#include "net/http_encode.hpp"
#include "net/shard.hpp"
#include "net/ws_handshake.hpp"
#include "net/ws_protocol.hpp"

namespace gochat::net {

HttpProtocol::HttpProtocol(Connection& connection, std::string remote_address, int listener_tag)
    : connection_{connection},
      remote_address_{std::move(remote_address)},
      listener_tag_{listener_tag} {}

void HttpProtocol::on_start() {
  connection_.set_deadline(connection_.shard().limits().head_time_max);
}

void HttpProtocol::on_unencrypted() {
  refuse_unseen({400, "this port speaks TLS: use https:// or wss://"});
}

std::size_t HttpProtocol::on_bytes(std::span<char> bytes) {
  const std::string_view all{bytes.data(), bytes.size()};
  std::size_t used = 0;
  while (used < all.size() && !connection_.held()) {
    // What follows a handshake is the WebSocket's; what follows a last answer is nobody's.
    if (phase_ == Phase::upgraded) break;
    if (phase_ == Phase::over) return all.size();
    const std::string_view rest = all.substr(used);
    const std::size_t step = phase_ == Phase::body ? take_body(rest) : take_head(rest);
    used += step;
    if (step == 0) break;
  }
  return used;
}

std::size_t HttpProtocol::take_head(std::string_view bytes) {
  RequestHead head = parse_request_head(bytes, connection_.shard().limits());
  if (head.refusal) {
    refuse(std::move(head.request), *head.refusal);
    return bytes.size();
  }
  if (head.consumed == 0) {
    // From the first byte on the head has its own time, however slowly bytes come.
    if (!std::exchange(head_begun_, true) && connection_.outbox_bytes() == 0) {
      connection_.set_deadline(connection_.shard().limits().head_time_max);
    }
    return 0;
  }
  const std::size_t consumed = head.consumed;
  begin(std::move(head), bytes.size() > consumed);
  return consumed;
}

void HttpProtocol::begin(RequestHead head, bool body_has_come) {
  head_begun_ = false;
  keep_alive_ = keep_alive_ && head.keep_alive;
  answers_head_ = head.request.method == HttpMethod::head;
  locate(head.request);
  if (wants_websocket(head.request)) {
    begin_upgrade(std::move(head));
    return;
  }
  request_ = std::move(head.request);
  if (head.framing.kind == BodyFraming::Kind::none) {
    show_request();
    return;
  }
  phase_ = Phase::body;
  body_ = std::make_unique<BodyReader>(head.framing, connection_.shard().limits().body_bytes_max);
  if (head.expects_continue && !body_has_come) {
    connection_.put(SharedBytes::of("HTTP/1.1 100 Continue\r\n\r\n"));
  }
  connection_.set_deadline(connection_.shard().limits().body_time_max);
}

void HttpProtocol::begin_upgrade(RequestHead head) {
  if (auto refusal = refuse_handshake(head)) {
    if (head.framing.kind != BodyFraming::Kind::none) keep_alive_ = false;
    phase_ = Phase::answering;
    answer(std::move(*refusal));
    return;
  }
  phase_ = Phase::upgrading;
  upgrade_key_ = head.request.headers.get("Sec-WebSocket-Key");
  connection_.hold(Hold::answer);
  connection_.set_deadline(connection_.shard().limits().handshake_time_max);
  connection_.shard().events().on_upgrade(connection_.id(), std::move(head.request));
}

std::size_t HttpProtocol::take_body(std::string_view bytes) {
  const auto step = body_->feed(bytes);
  if (step.refusal) {
    refuse(std::move(request_), *step.refusal);
    return bytes.size();
  }
  if (step.done) {
    request_.body = body_->take();
    body_.reset();
    show_request();
  }
  return step.consumed;
}

void HttpProtocol::show_request() {
  phase_ = Phase::answering;
  connection_.hold(Hold::answer);
  // The owner bounds its own work; while it answers, the peer owes nothing.
  if (connection_.outbox_bytes() == 0) connection_.no_deadline();
  connection_.shard().events().on_http(connection_.id(), std::move(request_));
}

void HttpProtocol::answer(HttpResponse response) {
  if (phase_ != Phase::answering && phase_ != Phase::upgrading) return;
  if (response.headers.has_token("Connection", "close") || connection_.shard().draining()) {
    keep_alive_ = false;
  }
  phase_ = keep_alive_ ? Phase::head : Phase::over;
  put_response(response);
  // The rest of a pipeline waits until its first answers are taken.
  if (connection_.outbox_bytes() >= connection_.shard().limits().outbox_drained_bytes) {
    connection_.hold(Hold::outbox);
  }
  connection_.release(Hold::answer);
}

void HttpProtocol::locate(HttpRequest& request) const {
  request.remote_address = remote_address_;
  request.listener_tag = listener_tag_;
  request.tls = connection_.encrypted();
}

// The owner gives it the shape of its other answers. Nothing that follows is read.
void HttpProtocol::refuse(HttpRequest request, Refusal refusal) {
  connection_.shard().traffic().requests_malformed.add();
  keep_alive_ = false;
  body_.reset();
  answers_head_ = request.method == HttpMethod::head;
  locate(request);
  request.refusal = refusal;
  request_ = std::move(request);
  show_request();
}

// Where the connection is about to end, and waits for no owner.
void HttpProtocol::refuse_unseen(const Refusal& refusal) {
  connection_.shard().traffic().requests_malformed.add();
  keep_alive_ = false;
  phase_ = Phase::over;
  body_.reset();
  put_response(plain_response(refusal.status, std::string{refusal.reason}));
}

void HttpProtocol::put_response(const HttpResponse& response) {
  for (auto& block : encode_response(response, keep_alive_, !answers_head_)) {
    connection_.put(std::move(block));
  }
  answers_head_ = false;
  connection_.set_deadline(connection_.shard().limits().write_time_max);
}

bool HttpProtocol::upgrade(std::string_view subprotocol) {
  if (phase_ != Phase::upgrading) return false;
  phase_ = Phase::upgraded;
  connection_.put(SharedBytes::of(switching_protocols(upgrade_key_, subprotocol)));
  connection_.replace_protocol(std::make_unique<WsProtocol>(connection_));
  connection_.release(Hold::answer);
  return true;
}

void HttpProtocol::on_written(std::size_t, std::size_t left) {
  const Limits& limits = connection_.shard().limits();
  if (left > 0) {
    connection_.set_deadline(limits.write_time_max);
    return;
  }
  connection_.release(Hold::outbox);
  if (phase_ == Phase::over) {
    connection_.finish(limits.linger_time_max);
  } else if (phase_ == Phase::head) {
    connection_.set_deadline(head_begun_ ? limits.head_time_max : limits.idle_time_max);
  } else if (phase_ == Phase::answering) {
    connection_.no_deadline();
  }
}

void HttpProtocol::on_end(bool leftover) {
  const bool partial = phase_ == Phase::body || (phase_ == Phase::head && leftover);
  if (partial) {
    refuse_unseen({400, "the request ended before it was whole"});
  } else if (phase_ == Phase::head && connection_.outbox_bytes() > 0) {
    phase_ = Phase::over;
  } else if (phase_ != Phase::over) {
    connection_.drop();
  }
}

void HttpProtocol::on_deadline() {
  if (phase_ == Phase::upgrading) {
    keep_alive_ = false;
    answer(plain_response(503, "the server is busy"));
  } else if (connection_.outbox_bytes() > 0 || phase_ == Phase::over) {
    connection_.drop();
  } else if (phase_ == Phase::body || head_begun_) {
    refuse_unseen({408, "the request came too slowly"});
  } else {
    connection_.finish(connection_.shard().limits().linger_time_max);
  }
}

void HttpProtocol::on_stop() {
  keep_alive_ = false;
  if (phase_ != Phase::head) return;
  phase_ = Phase::over;
  if (connection_.outbox_bytes() == 0) connection_.drop();
}

}  // namespace gochat::net

#include "net/ws_client.hpp"

#include "net/ws_handshake.hpp"

namespace gochat::net {

namespace {

constexpr std::string_view handshake_key = "Z29jaGF0IHNheXMgaGkgOg==";
constexpr WsLimits received_limits{.message_bytes_max = 16 * 1024 * 1024, .fragments_max = 1024};

}  // namespace

std::uint32_t WsClient::next_mask() {
  random_ += 0x9e3779b97f4a7c15ULL;
  std::uint64_t mixed = random_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
  return static_cast<std::uint32_t>(mixed >> 32);
}

Task<Result<HttpReply>> WsClient::connect(WsAddress address, Deadline deadline) {
  auto connected = co_await stream_.connect(address.host, address.port, deadline);
  if (!connected) co_return std::move(connected).error();
  HttpCall call{.target = std::move(address.target), .headers = std::move(address.headers)};
  call.headers.add("Upgrade", "websocket");
  call.headers.add("Connection", "Upgrade");
  call.headers.add("Sec-WebSocket-Version", "13");
  call.headers.add("Sec-WebSocket-Key", std::string{handshake_key});
  auto written = co_await stream_.write(encode_call(call, address.host, address.port), deadline);
  if (!written) co_return std::move(written).error();
  auto reply = co_await read_reply(stream_, pending_, false, deadline);
  const bool open = reply && reply->status == 101;
  if (open && reply->headers.get("Sec-WebSocket-Accept") != websocket_accept(handshake_key)) {
    co_return failed(ErrorCode::unavailable, "the peer did not understand the handshake");
  }
  if (!open) stream_.close();
  co_return reply;
}

Task<Result<void>> WsClient::send_raw(std::string bytes, Deadline deadline) {
  return stream_.write(std::move(bytes), deadline);
}

Task<Result<void>> WsClient::send_frame(FrameShape shape, std::string payload, Deadline deadline) {
  if (!shape.mask) shape.mask = next_mask();
  std::string bytes;
  append_frame(bytes, shape, payload);
  return stream_.write(std::move(bytes), deadline);
}

Task<Result<void>> WsClient::send_text(std::string payload, Deadline deadline) {
  return send_frame({.opcode = Opcode::text}, std::move(payload), deadline);
}

Task<Result<void>> WsClient::close(std::uint16_t code, std::string reason, Deadline deadline) {
  close_sent_ = true;
  return send_frame({.opcode = Opcode::close}, close_payload(code, reason), deadline);
}

Task<Result<WsReceived>> WsClient::receive(Deadline deadline) {
  while (true) {
    const WsStep step = parser_.next(pending_.bytes(), received_limits);
    WsReceived received{.payload = std::string{step.payload}, .code = step.code};
    pending_.consume(step.consumed);
    switch (step.event) {
      case WsEvent::message:
        received.kind = step.text ? WsReceived::Kind::text : WsReceived::Kind::binary;
        co_return received;
      case WsEvent::pong:
        received.kind = WsReceived::Kind::pong;
        co_return received;
      case WsEvent::close: {
        received.kind = WsReceived::Kind::close;
        // The peer may be gone already; its close was what counted.
        if (!close_sent_) static_cast<void>(co_await close(step.code, "", deadline));
        stream_.close();
        co_return received;
      }
      case WsEvent::violation:
        stream_.close();
        co_return failed(ErrorCode::unavailable, std::string{step.reason});
      case WsEvent::ping:
        if (answers_pings_) {
          auto answered = co_await send_frame({.opcode = Opcode::pong}, received.payload, deadline);
          if (!answered) co_return std::move(answered).error();
        }
        continue;
      case WsEvent::need_more:
        break;
    }
    auto more = co_await stream_.read(pending_, deadline);
    if (!more) co_return std::move(more).error();
    if (*more == 0)
      co_return failed(ErrorCode::unavailable, "the connection ended without a close");
  }
}

}  // namespace gochat::net

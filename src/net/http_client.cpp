#include "net/http_client.hpp"

#include "net/http_body.hpp"
#include "net/http_encode.hpp"
#include "net/http_head.hpp"

namespace gochat::net {

namespace {

constexpr std::size_t reply_body_bytes_max = 64 * 1024 * 1024;

// A client is told more than it tells: cookies, policies, assets.
Limits reply_limits() {
  Limits limits;
  limits.head_bytes_max = 64 * 1024;
  limits.head_fields_max = 256;
  return limits;
}

Error broken() { return failed(ErrorCode::unavailable, "the peer's answer cannot be read"); }

}  // namespace

std::string encode_call(const HttpCall& call, std::string_view host, std::uint16_t port) {
  std::string text = call.method + " " + call.target + " HTTP/1.1\r\n";
  if (!call.headers.has("Host")) {
    text += "Host: " + std::string{host} + ":" + std::to_string(port) + "\r\n";
  }
  for (const auto& [name, value] : call.headers.fields()) {
    text += without_line_breaks(name) + ": " + without_line_breaks(value) + "\r\n";
  }
  const bool bodied = !call.body.empty() || call.method == "POST" || call.method == "PUT";
  if (bodied && !call.headers.has("Content-Length")) {
    text += "Content-Length: " + std::to_string(call.body.size()) + "\r\n";
  }
  return text + "\r\n" + call.body;
}

Task<Result<HttpReply>> read_reply(ClientStream& stream, PaddedBuffer& pending, bool to_head,
                                   Deadline deadline) {
  ReplyHead head;
  while (true) {
    head = parse_reply_head(pending.view(), reply_limits(), to_head);
    if (head.broken) co_return broken();
    if (head.consumed > 0) {
      pending.consume(head.consumed);
      if (head.status >= 200 || head.status == 101) break;
      continue;
    }
    auto more = co_await stream.read(pending, deadline);
    if (!more) co_return std::move(more).error();
    if (*more == 0) co_return failed(ErrorCode::unavailable, "the peer closed without an answer");
  }
  HttpReply reply{
      .status = head.status, .headers = std::move(head.headers), .keep_alive = head.keep_alive};
  if (head.framing.kind == BodyFraming::Kind::none) co_return reply;
  BodyReader body{head.framing, reply_body_bytes_max};
  while (true) {
    const auto step = body.feed(pending.view());
    pending.consume(step.consumed);
    if (step.refusal) co_return broken();
    if (step.done) break;
    auto more = co_await stream.read(pending, deadline);
    if (!more) co_return std::move(more).error();
    if (*more > 0) continue;
    if (head.framing.kind != BodyFraming::Kind::until_close) co_return broken();
    break;
  }
  reply.body = body.take();
  co_return reply;
}

Task<Result<HttpReply>> HttpClient::attempt(HttpCall call, Deadline deadline) {
  auto written = co_await stream_.write(encode_call(call, host_, port_), deadline);
  if (!written) co_return std::move(written).error();
  auto reply = co_await read_reply(stream_, pending_, call.method == "HEAD", deadline);
  if (!reply || !reply->keep_alive) stream_.close();
  co_return reply;
}

Task<Result<HttpReply>> HttpClient::request(HttpCall call, Deadline deadline) {
  if (stream_.open()) {
    auto reply = co_await attempt(call, deadline);
    if (reply || reply.code() != ErrorCode::unavailable) co_return reply;
  }
  stream_.close();
  pending_.release();
  Result<void> connected;
  if (path_.empty()) {
    connected = co_await stream_.connect(host_, port_, deadline);
  } else {
    connected = co_await stream_.connect_local(path_, deadline);
  }
  if (!connected) {
    stream_.close();
    co_return std::move(connected).error();
  }
  co_return co_await attempt(std::move(call), deadline);
}

}  // namespace gochat::net

// A WebSocket client for tests, black box and load, on the same codec as the server.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"
#include "net/client_stream.hpp"
#include "net/http_client.hpp"
#include "net/http_message.hpp"
#include "net/padded_buffer.hpp"
#include "net/ws_codec.hpp"

namespace gochat::net {

struct WsAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string target = "/ws";
  HttpHeaders headers{};
};

struct WsReceived {
  enum class Kind : std::uint8_t { text, binary, pong, close };
  Kind kind = Kind::text;
  std::string payload{};   // close: the reason
  std::uint16_t code = 0;  // close: the peer's, 1005 when it gave none
};

class WsClient {
 public:
  // Masks are drawn from `seed`: they protect proxies from browsers, and nothing from this client.
  WsClient(boost::asio::io_context& loop, Timers& timers, std::uint64_t seed = 1)
      : stream_{loop, timers}, random_{seed} {}

  // The server's answer, whatever it is; open when its status is 101.
  Task<Result<HttpReply>> connect(WsAddress address, Deadline deadline);
  Task<Result<void>> send_text(std::string payload, Deadline deadline);
  Task<Result<void>> send_frame(FrameShape shape, std::string payload, Deadline deadline);
  // Bytes as they are, for what a client should not send.
  Task<Result<void>> send_raw(std::string bytes, Deadline deadline);
  // The next message, pong or close. Pings are answered on the way, and a close too. `unavailable`
  // when the connection ended without a close.
  Task<Result<WsReceived>> receive(Deadline deadline);
  // Sends a close frame; the peer's comes by receive().
  Task<Result<void>> close(std::uint16_t code, std::string reason, Deadline deadline);
  // Ends the connection without a word.
  void cut() { stream_.close(); }

  void answer_pings(bool answered) { answers_pings_ = answered; }
  ClientStream& stream() { return stream_; }

 private:
  std::uint32_t next_mask();

  ClientStream stream_;
  std::uint64_t random_;
  PaddedBuffer pending_;
  WsParser parser_{WsParser::From::server};
  bool answers_pings_ = true;
  bool close_sent_ = false;
};

}  // namespace gochat::net

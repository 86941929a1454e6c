// A small HTTP/1.1 client for tests, load and offline verbs: one request at a time over one kept
// connection.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"
#include "net/client_stream.hpp"
#include "net/http_message.hpp"
#include "net/limits.hpp"
#include "net/padded_buffer.hpp"

namespace gochat::net {

struct HttpCall {
  std::string method = "GET";
  std::string target = "/";
  HttpHeaders headers{};
  std::string body{};
};

struct HttpReply {
  int status = 0;
  HttpHeaders headers{};
  std::string body{};
  bool keep_alive = false;
};

std::string encode_call(const HttpCall& call, std::string_view host, std::uint16_t port);

// Reads one reply; interim ones (1xx but 101) are skipped. `pending` keeps what came behind it.
Task<Result<HttpReply>> read_reply(ClientStream& stream, PaddedBuffer& pending, bool to_head,
                                   Deadline deadline);

class HttpClient {
 public:
  HttpClient(boost::asio::io_context& loop, Timers& timers, std::string host, std::uint16_t port)
      : stream_{loop, timers}, host_{std::move(host)}, port_{port} {}

  // To a server that listens on a socket file.
  HttpClient(boost::asio::io_context& loop, Timers& timers, std::string path)
      : stream_{loop, timers}, host_{"localhost"}, path_{std::move(path)} {}

  // Connects when it must; a kept connection that the server has closed meanwhile is opened anew,
  // once.
  Task<Result<HttpReply>> request(HttpCall call, Deadline deadline);
  void close() { stream_.close(); }

 private:
  Task<Result<HttpReply>> attempt(HttpCall call, Deadline deadline);

  ClientStream stream_;
  std::string host_;
  std::uint16_t port_ = 0;
  std::string path_;
  PaddedBuffer pending_;
};

}  // namespace gochat::net

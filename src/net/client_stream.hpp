// A client's connection for coroutines, over TCP or to a socket file, each step with a deadline.
// What the clients for WebSocket and HTTP stand on.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"
#include "net/padded_buffer.hpp"

namespace gochat::net {

// One coroutine at a time waits for reading, and one for writing.
class ClientStream {
 public:
  using Stream = boost::asio::generic::stream_protocol::socket;

  ClientStream(boost::asio::io_context& loop, Timers& timers);

  // `host` is an address or a name. Errors of all calls: `timeout`, or `unavailable` for whatever
  // the network says.
  Task<Result<void>> connect(std::string host, std::uint16_t port, Deadline deadline);
  Task<Result<void>> connect_local(std::string path, Deadline deadline);
  Task<Result<void>> write(std::string bytes, Deadline deadline);
  // Appends what comes; 0 bytes: the peer sends no more.
  Task<Result<std::size_t>> read(PaddedBuffer& into, Deadline deadline);
  // The peer sees the end of what we send.
  void end_writing();
  void close();
  bool open() const { return socket_.is_open(); }

  Timers& timers() { return timers_; }
  Stream& socket() { return socket_; }

 private:
  Timer cut_at(Deadline deadline, bool& cut);

  Stream socket_;
  Timers& timers_;
};

}  // namespace gochat::net

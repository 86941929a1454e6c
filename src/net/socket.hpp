// The one place that knows what the bytes of a connection travel over. Reads and writes never wait;
// waiting is for readiness, so that an idle connection owns no buffer.
#pragma once

#include <sys/uio.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace gochat::net {

class Socket {
 public:
  enum class Outcome : std::uint8_t { moved, would_block, ended, failed };
  struct Step {
    Outcome outcome;
    std::size_t bytes = 0;
  };

  // Takes a connected socket that is in non-blocking mode; it is closed with this object.
  Socket(boost::asio::io_context& loop, int descriptor, int family);

  bool open() const { return socket_.is_open(); }
  Step read(std::span<char> into);
  // One gathered write; part of it may be taken.
  Step write(std::span<const iovec> pieces);
  // The peer will see the end; reading goes on.
  void end_writing();
  void close();

  template <class Handler>
  void when_readable(Handler handler) {
    socket_.async_wait(boost::asio::socket_base::wait_read, std::move(handler));
  }
  template <class Handler>
  void when_writable(Handler handler) {
    socket_.async_wait(boost::asio::socket_base::wait_write, std::move(handler));
  }

 private:
  // The concrete executor: a type-erased one costs memory and a virtual call per wait.
  boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                   boost::asio::io_context::executor_type>
      socket_;
};

}  // namespace gochat::net

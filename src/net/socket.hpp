// The one place that knows what the bytes of a connection travel over: TCP, or TLS on it. Reads and
// writes never wait; waiting is for readiness, so that an idle connection owns no buffer.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "net/io_step.hpp"
#include "net/tls_session.hpp"

namespace gochat::net {

class Socket {
 public:
  using Outcome = IoStep::Outcome;

  // Takes a connected socket that is in non-blocking mode; it is closed with this object. Without
  // `tls` bytes travel as they are.
  Socket(boost::asio::io_context& loop, int descriptor, int family, const TlsContext& tls);

  bool open() const { return socket_.is_open(); }
  IoStep read(std::span<char> into) {
    const int descriptor = socket_.native_handle();
    return tls_ ? tls_->read(descriptor, into) : receive_some(descriptor, into);
  }
  // With TLS it is also called for nothing but what is unsent.
  IoStep write(std::span<const iovec> pieces) {
    const int descriptor = socket_.native_handle();
    return tls_ ? tls_->write(descriptor, pieces) : send_some(descriptor, pieces);
  }
  bool encrypted() const { return tls_ != nullptr; }
  // No bytes of the connection's own are moved before that has ended.
  bool handshaking() const { return tls_ && !tls_->established(); }
  // Bytes that were taken or are TLS's own, and wait for the socket to be writable.
  bool unsent() const { return tls_ && tls_->unsent(); }
  // After Outcome::not_tls: what is written goes out in the clear.
  void give_up_tls() { tls_.reset(); }
  // The peer will see the end; reading goes on. False: once more, when the socket is writable.
  bool end_writing();
  // TLS alone says that the end is meant; for a socket that is about to be closed.
  void say_end() {
    if (tls_) tls_->say_end(socket_.native_handle());
  }

  template <class Handler>
  void when_readable(Handler handler) {
    // The end came with the last bytes, and the socket itself has nothing more to say.
    if (tls_ && tls_->ended()) {
      boost::asio::post(socket_.get_executor(), [handler = std::move(handler)]() mutable {
        handler(boost::system::error_code{});
      });
      return;
    }
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
  std::unique_ptr<TlsSession> tls_;
};

}  // namespace gochat::net

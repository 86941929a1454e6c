#include "net/socket.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gochat::net {

Socket::Socket(boost::asio::io_context& loop, int descriptor, int family, const TlsContext& tls)
    : socket_{loop.get_executor()} {
  const int on = 1;
  // Frames are gathered before they are written; holding them back any longer only adds delay.
  if (family != AF_UNIX) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  boost::system::error_code error;
  if (tls) {
    tls_ = TlsSession::accept(tls);
    if (!tls_) error = boost::asio::error::no_memory;
  }
  if (!error) socket_.assign({family, 0}, descriptor, error);
  if (error) ::close(descriptor);
}

bool Socket::end_writing() {
  if (tls_ && !tls_->say_end(socket_.native_handle())) return false;
  ::shutdown(socket_.native_handle(), SHUT_WR);
  return true;
}

}  // namespace gochat::net

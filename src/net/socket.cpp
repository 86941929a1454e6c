#include "net/socket.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace gochat::net {

namespace {

Socket::Step outcome_of(ssize_t moved) {
  if (moved > 0) return {Socket::Outcome::moved, static_cast<std::size_t>(moved)};
  if (moved == 0) return {Socket::Outcome::ended};
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {later ? Socket::Outcome::would_block : Socket::Outcome::failed};
}

}  // namespace

Socket::Socket(boost::asio::io_context& loop, int descriptor, int family)
    : socket_{loop.get_executor()} {
  const int on = 1;
  // Frames are gathered before they are written; holding them back any longer only adds delay.
  if (family != AF_UNIX) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  boost::system::error_code error;
  socket_.assign({family, 0}, descriptor, error);
  if (error) ::close(descriptor);
}

Socket::Step Socket::read(std::span<char> into) {
  return outcome_of(::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT));
}

Socket::Step Socket::write(std::span<const iovec> pieces) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  return outcome_of(::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

void Socket::end_writing() { ::shutdown(socket_.native_handle(), SHUT_WR); }

void Socket::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace gochat::net

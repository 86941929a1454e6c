#include "net/io_step.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace gochat::net {

namespace {

IoStep outcome_of(ssize_t moved) {
  if (moved > 0) return {IoStep::Outcome::moved, static_cast<std::size_t>(moved)};
  if (moved == 0) return {IoStep::Outcome::ended};
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {later ? IoStep::Outcome::would_block : IoStep::Outcome::failed};
}

}  // namespace

IoStep receive_some(int descriptor, std::span<char> into) {
  return outcome_of(::recv(descriptor, into.data(), into.size(), MSG_DONTWAIT));
}

IoStep send_some(int descriptor, std::span<const iovec> pieces) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  return outcome_of(::sendmsg(descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

}  // namespace gochat::net

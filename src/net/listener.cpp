#include "net/listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>

#include "base/log.hpp"
#include "net/local_path.hpp"
#include "net/refusal.hpp"

namespace gochat::net {

namespace {

// The kernel cuts it to net.core.somaxconn.
constexpr int backlog = 4096;
constexpr ::mode_t only_us = S_IRUSR | S_IWUSR;

std::uint16_t port_of(const boost::asio::generic::stream_protocol::endpoint& bound) {
  boost::asio::ip::tcp::endpoint place;
  std::memcpy(place.data(), bound.data(), bound.size());
  return place.port();
}

Error cannot_listen(const std::string& path, const char* why) {
  return refused(ErrorCode::unavailable, fmt::format("cannot listen on {}: {}", path, why));
}

void remove_socket(const std::string& path) {
  struct ::stat found{};
  if (::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) ::unlink(path.c_str());
}

}  // namespace

Listener::Listener(boost::asio::io_context& loop, Timers& timers, const Limits& limits, int tag,
                   bool tls)
    : acceptor_{loop}, timers_{timers}, limits_{limits}, tag_{tag}, tls_{tls} {}

Result<void> Listener::open(const std::string& address, std::uint16_t port) {
  namespace ip = boost::asio::ip;
  boost::system::error_code error;
  const auto host = ip::make_address(address, error);
  if (error)
    return refused(ErrorCode::invalid_params, fmt::format("`{}` is not an IP address", address));
  const boost::asio::generic::stream_protocol::endpoint endpoint{ip::tcp::endpoint{host, port}};
  acceptor_.open(endpoint.protocol(), error);
  // For a restart while old connections linger. Not SO_REUSEPORT: a forgotten old server would go
  // on taking half of the connections, in silence.
  if (!error) acceptor_.set_option(boost::asio::socket_base::reuse_address{true}, error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(backlog, error);
  if (!error) acceptor_.native_non_blocking(true, error);
  if (!error) {
    const auto bound = acceptor_.local_endpoint(error);
    if (!error) port_ = port_of(bound);
  }
  if (!error) return {};
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  return refused(ErrorCode::unavailable,
                 fmt::format("cannot listen on {}:{}: {}", address, port, error.message()));
}

Result<void> Listener::open_local(const std::string& path) {
  const auto place = LocalPath::of(path);
  if (!place) return cannot_listen(path, place.error().detail.c_str());
  remove_socket(path);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  // The file takes the rights that the socket has when it is bound.
  const bool bound = descriptor >= 0 && ::fchmod(descriptor, only_us) == 0 &&
                     ::bind(descriptor, reinterpret_cast<const sockaddr*>(&place->address()),
                            sizeof(sockaddr_un)) == 0 &&
                     ::listen(descriptor, backlog) == 0;
  if (!bound) {
    Error error = cannot_listen(path, std::strerror(errno));
    if (descriptor >= 0) ::close(descriptor);
    return error;
  }
  acceptor_.assign({AF_UNIX, 0}, descriptor);
  path_ = path;
  return {};
}

void Listener::start(Take take, Exhausted exhausted) {
  take_ = std::move(take);
  exhausted_ = std::move(exhausted);
  hold_reserve();
  wait();
}

void Listener::stop() {
  pause_.cancel();
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  if (!path_.empty()) remove_socket(std::exchange(path_, {}));
  if (reserve_ >= 0) ::close(std::exchange(reserve_, -1));
}

void Listener::hold_reserve() {
  if (reserve_ < 0) reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void Listener::wait() {
  acceptor_.async_wait(boost::asio::socket_base::wait_read,
                       [weak = weak_from_this()](boost::system::error_code error) {
                         auto self = weak.lock();
                         if (self && !error && self->acceptor_.is_open()) self->ready();
                       });
}

void Listener::ready() {
  if (accept_some() != Turn::exhausted) {
    paused_before_ = false;
    wait();
    return;
  }
  // Once per shortage, not once per pause.
  if (!std::exchange(paused_before_, true)) {
    log::warn("out of file descriptors, accepting pauses", {{log::Field::port, port_}});
  }
  exhausted_(turn_away_waiting());
  pause_ = timers_.after(limits_.accept_pause, [this] { wait(); });
}

Listener::Turn Listener::accept_some() {
  for (std::size_t n = 0; n < limits_.accepts_per_turn_max; ++n) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int descriptor =
        ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size,
                  SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0 && address.ss_family == AF_UNIX && !peer_is_ours(descriptor)) {
      turn_away(descriptor, 403, tls_);
      continue;
    }
    if (descriptor >= 0) {
      take_({descriptor, address.ss_family, tag_, PeerAddress::of(address)});
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return Turn::exhausted;
    // Whatever else is wrong is wrong with that one peer.
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Turn::empty;
  }
  return Turn::more;
}

std::size_t Listener::turn_away_waiting() {
  std::size_t count = 0;
  while (count < limits_.accepts_per_turn_max && reserve_ >= 0) {
    ::close(std::exchange(reserve_, -1));
    const int descriptor =
        ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) turn_away(descriptor, 503, tls_);
    hold_reserve();
    if (descriptor < 0) break;
    ++count;
  }
  return count;
}

}  // namespace gochat::net

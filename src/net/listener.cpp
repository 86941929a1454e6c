#include "net/listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>

#include "base/log.hpp"
#include "net/refusal.hpp"

namespace gochat::net {

namespace {

// The kernel cuts it to net.core.somaxconn.
constexpr int backlog = 4096;

}  // namespace

Listener::Listener(boost::asio::io_context& loop, Timers& timers, const Limits& limits, int tag)
    : acceptor_{loop}, timers_{timers}, limits_{limits}, tag_{tag} {}

Result<void> Listener::open(const std::string& address, std::uint16_t port) {
  namespace ip = boost::asio::ip;
  boost::system::error_code error;
  const auto host = ip::make_address(address, error);
  if (error)
    return refused(ErrorCode::invalid_params, fmt::format("`{}` is not an IP address", address));
  const ip::tcp::endpoint endpoint{host, port};
  acceptor_.open(endpoint.protocol(), error);
  // For a restart while old connections linger. Not SO_REUSEPORT: a forgotten old server would go
  // on taking half of the connections, in silence.
  if (!error) acceptor_.set_option(boost::asio::socket_base::reuse_address{true}, error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(backlog, error);
  if (!error) acceptor_.native_non_blocking(true, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (!error) return {};
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  return refused(ErrorCode::unavailable,
                 fmt::format("cannot listen on {}:{}: {}", address, port, error.message()));
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
    if (descriptor >= 0) turn_away(descriptor, 503);
    hold_reserve();
    if (descriptor < 0) break;
    ++count;
  }
  return count;
}

}  // namespace gochat::net

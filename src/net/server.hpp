// HTTP and WebSocket on one or several threads, shown to its owner as a single-threaded world:
// every call of the owner and every call into the server is made on the main loop. With one io
// thread that loop does the I/O too and calls are direct; with more, sockets live on threads of
// their own and calls travel in batches.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"
#include "net/connection_id.hpp"
#include "net/frame.hpp"
#include "net/http_message.hpp"
#include "net/limits.hpp"
#include "net/padded_buffer.hpp"
#include "net/responder.hpp"
#include "net/traffic.hpp"

namespace gochat::net {

class Certificate;

// Ordering: for one connection on_open, then on_message in the order of the wire, then on_close,
// once each but for on_message. Nothing is called from inside a call into the server, except
// on_open from UpgradeResponder::accept.
class ServerOwner {
 public:
  virtual ~ServerOwner() = default;

  // One at a time per connection: the next request of a pipeline is shown after this one's answer.
  virtual void on_http(HttpRequest request, HttpResponder responder) = 0;
  // A request that cannot be read or is too large; its connection ends with the answer. Whatever
  // was read of it is for the shape of that answer alone.
  virtual void on_refused(HttpRequest request, HttpResponder responder);
  // A well-formed WebSocket handshake; refuse it with whatever answer is due, or accept it.
  virtual void on_upgrade(HttpRequest request, UpgradeResponder responder) = 0;
  virtual void on_open(ConnectionId connection, std::uint64_t tag) = 0;
  // The view is valid during the call only, and may be read read_padding_bytes past its end. Text
  // is valid UTF-8.
  virtual void on_message(ConnectionId connection, std::string_view payload, bool text) = 0;
  // The outbox was at or above limits.outbox_drained_bytes and has fallen below.
  virtual void on_drained(ConnectionId) {}
  // At most once a ping interval: bytes have come since the last ping.
  virtual void on_alive(ConnectionId) {}
  // The answer to ping(): the peer has read all that was sent before it.
  virtual void on_pong(ConnectionId, std::uint32_t) {}
  // The connection takes no more frames and gives no more messages. `code` is the peer's (1005: it
  // gave none, 1006: it went without a close), or the one with which the server or its owner
  // closed.
  virtual void on_close(ConnectionId connection, std::uint16_t code) = 0;
};

struct ListenAddress {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one, see Server::port
  int tag = 0;             // comes back as HttpRequest::listener_tag
  // Not empty: a socket file instead, for processes of this user.
  std::string path{};
  // With one it is TLS. Refreshed by its other owner, on the main loop.
  std::shared_ptr<const Certificate> certificate{};
};

struct ServerOptions {
  std::vector<ListenAddress> listen;
  Limits limits{};
  std::size_t io_threads = 1;
  // Peers to whom connections_per_address_max does not apply, such as reverse proxies: addresses
  // and networks.
  std::vector<std::string> addresses_unlimited{};
};

struct ServerCounts {
  std::size_t connections = 0;  // sockets, whatever they speak
  std::size_t accepted = 0;
  std::size_t refused = 0;        // over a limit, or out of file descriptors
  std::size_t accept_pauses = 0;  // how often file descriptors ran out
};

class Server {
 public:
  // All three outlive the server. `timers` belongs to the main loop; other threads bring their own.
  Server(boost::asio::io_context& main, Timers& timers, ServerOwner& owner, ServerOptions options);
  // Only after stop() has ended, or when start() was never called or failed.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds all addresses or none. The error's hint names the address and the cause.
  Result<void> start();
  // The bound port of the nth listen address.
  std::uint16_t port(std::size_t listener = 0) const;

  // Calls that name a connection which is gone do nothing: its on_close is on its way.
  void send(ConnectionId connection, const EncodedFrame& frame);
  void send_many(std::span<const ConnectionId> connections, const EncodedFrame& frame);
  // Asks for an on_pong with this mark, which is not 0. One question at a time: an older one that
  // has no answer yet is given up.
  void ping(ConnectionId connection, std::uint32_t mark);
  // Flushes what is queued, then a close frame, then waits for the peer's, at most
  // limits.close_time_max.
  void close(ConnectionId connection, std::uint16_t code, std::string_view reason = {});
  // What was given to send() and the kernel has not taken yet.
  std::size_t outbox_bytes(ConnectionId connection) const;
  void pause_reading(ConnectionId connection);
  void resume_reading(ConnectionId connection);

  ServerCounts counts() const;
  TrafficCounts traffic() const;

  // Listeners close; what is open stays open, and HTTP answers say `Connection: close` from now on.
  void stop_accepting();
  // Closes everything with 1001, lets requests that are being answered finish, and ends when the
  // last socket and thread is gone; what is still open after `grace` is cut off. Called again
  // meanwhile, it waits for the same end, with the new grace.
  Task<> stop(Duration grace);

 private:
  std::shared_ptr<ServerCore> core_;
};

}  // namespace gochat::net

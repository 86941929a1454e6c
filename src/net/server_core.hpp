// What a Server is made of, on the main loop: listeners, counts, and the way to each shard, which
// is a call when there is one io thread and a batched order when there are more.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "async/rate_limit.hpp"
#include "base/network.hpp"
#include "net/io_thread.hpp"
#include "net/listener.hpp"
#include "net/server.hpp"
#include "net/shard.hpp"
#include "net/shard_events.hpp"

namespace gochat::net {

class ServerCore final : public ShardEvents, public std::enable_shared_from_this<ServerCore> {
 public:
  ServerCore(boost::asio::io_context& main, Timers& timers, ServerOwner& owner,
             ServerOptions options);
  ~ServerCore() override;

  Result<void> start();
  std::uint16_t port(std::size_t listener) const;
  void send(ConnectionId connection, const SharedBytes& frame);
  void send_many(std::span<const ConnectionId> connections, const SharedBytes& frame);
  void ping(ConnectionId connection, std::uint32_t mark);
  void close(ConnectionId connection, std::uint16_t code, std::string_view reason);
  std::size_t outbox_bytes(ConnectionId connection) const;
  void hold_reading(ConnectionId connection, bool held);
  void answer(ConnectionId connection, HttpResponse response);
  void accept_upgrade(ConnectionId connection, std::string subprotocol, std::uint64_t tag);
  ServerCounts counts() const { return counts_; }
  TrafficCounts traffic() const;
  void stop_accepting();
  // `stopped` is called on the main loop when all shards are.
  void stop(Duration grace, std::move_only_function<void()> stopped);
  bool running() const { return running_; }

  void on_http(ConnectionId connection, HttpRequest request) override;
  void on_upgrade(ConnectionId connection, HttpRequest request) override;
  void on_message(ConnectionId connection, std::string_view payload, bool text) override;
  void on_written(ConnectionId connection, std::size_t bytes, std::size_t left) override;
  void on_alive(ConnectionId connection) override;
  void on_pong(ConnectionId connection, std::uint32_t mark) override;
  void on_close(ConnectionId connection, std::uint16_t code) override;
  void on_gone(const AddressKey& address) override;
  void on_stopped() override;

 private:
  // With io threads the outboxes are elsewhere; this is what main knows of one: what it has sent
  // less what has left.
  struct OutboxMirror {
    std::uint32_t generation = 0;
    std::size_t bytes = 0;
  };
  struct Way {
    std::unique_ptr<Shard> here;  // one of the two
    std::unique_ptr<IoThread> there;
    std::vector<OutboxMirror> mirrors;  // by slot
    std::vector<ConnectionId> many;  // send_many's receivers on that thread, while they are sorted
  };

  void make_ways();
  template <class Act>
  void tell(std::uint32_t thread, Act act);
  bool is_counted(const std::string& peer) const;
  OutboxMirror& mirror(ConnectionId connection);
  void take(Accepted accepted, const Certificate* certificate);
  void tell_of_refusal(std::string_view address, bool too_many);

  boost::asio::io_context& main_;
  Timers& timers_;
  ServerOwner& owner_;
  const ServerOptions options_;
  const std::size_t connections_max_;
  std::vector<Network> unlimited_;
  std::vector<Way> ways_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::unordered_map<AddressKey, std::size_t> by_address_;
  ServerCounts counts_;
  TokenBucket refusal_lines_;
  TrafficCounts ended_;  // of threads that are gone
  std::size_t next_way_ = 0;
  std::size_t shards_running_ = 0;
  bool running_ = false;
  std::vector<std::move_only_function<void()>> stopped_;  // who waits for the end of a stop
};

}  // namespace gochat::net

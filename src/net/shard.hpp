// The connections of one thread: dense slots, one read buffer, one timer wheel, and the end of each
// turn of the loop, when all that was queued goes out. Everything here is called on that thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "async/timer.hpp"
#include "net/address.hpp"
#include "net/connection.hpp"
#include "net/connection_id.hpp"
#include "net/http_message.hpp"
#include "net/limits.hpp"
#include "net/outbox.hpp"
#include "net/shard_events.hpp"
#include "net/timer_wheel.hpp"
#include "net/traffic.hpp"

namespace gochat::net {

// A socket that was accepted: what it takes to make a connection of it, on any thread.
struct Accepted {
  int descriptor = -1;
  int family = 0;
  int listener_tag = 0;
  PeerAddress peer;
  TlsContext tls{};
};

class Shard {
 public:
  Shard(boost::asio::io_context& loop, Timers& timers, ShardEvents& events, const Limits& limits,
        std::uint32_t thread);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  void adopt(Accepted accepted);
  void send(ConnectionId connection, const SharedBytes& frame);
  void ping(ConnectionId connection, std::uint32_t mark);
  void close(ConnectionId connection, std::uint16_t code, std::string_view reason);
  void answer(ConnectionId connection, HttpResponse response);
  void accept_upgrade(ConnectionId connection, std::string_view subprotocol);
  void hold_reading(ConnectionId connection, bool held);
  std::size_t outbox_bytes(ConnectionId connection) const;
  std::size_t connections() const { return open_; }
  // From any thread.
  const Traffic& traffic() const { return traffic_; }

  // HTTP answers close their connections from now on.
  void drain() { draining_ = true; }
  // Ends all connections, by force after `grace`; on_stopped follows, once. Called again, it
  // changes the grace.
  void stop(Duration grace);
  // The events are no longer congested: go on reading.
  void relieve();

  // For connections and their protocols.
  bool draining() const { return draining_; }
  const Limits& limits() const { return limits_; }
  ShardEvents& events() { return events_; }
  TimerWheel& wheel() { return wheel_; }
  OutboxPool& outboxes() { return outboxes_; }
  Traffic& traffic() { return traffic_; }
  // Read and parsed before anything else is read; padding lies behind it.
  std::span<char> read_buffer() { return {read_buffer_.get(), read_buffer_bytes}; }
  void mark_dirty(Connection& connection);
  void congested(Connection& connection);
  // on_close at the end of the turn, because the cause may be a call of the owner.
  void report_close(ConnectionId connection, std::uint16_t code);
  void when_readable(Connection& connection, Socket& socket);
  void when_writable(Connection& connection, Socket& socket);

 private:
  static constexpr std::size_t read_buffer_bytes = 64 * 1024;

  struct Slot {
    std::unique_ptr<Connection> connection;
    std::uint32_t generation = 0;
  };
  struct Place {
    std::uint32_t slot;
    std::uint32_t generation;
  };
  struct Closed {
    ConnectionId connection;
    std::uint16_t code;
  };

  static Place place_of(const Connection& connection);
  Connection* find(Place place) const;
  Connection* find(ConnectionId id) const { return find(Place{id.slot, id.generation}); }
  void schedule_turn_end();
  void end_turn();
  void remove(Connection& connection);
  void cut_all();
  void leave_handler();
  template <class Visit>
  void each_connection(Visit visit);

  boost::asio::io_context& loop_;
  Timers& timers_;
  ShardEvents& events_;
  const Limits limits_;
  const std::uint32_t thread_;
  Traffic traffic_;
  OutboxPool outboxes_;
  TimerWheel wheel_;
  std::unique_ptr<char[]> read_buffer_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<Place> dirty_;
  std::vector<Place> flushing_;
  std::vector<Place> congested_;
  std::vector<Closed> closed_;
  std::size_t open_ = 0;
  std::size_t pending_handlers_ = 0;
  bool turn_end_scheduled_ = false;
  bool draining_ = false;
  Timer grace_;
  bool stopping_ = false;
  bool stopped_ = false;
};

}  // namespace gochat::net

// What the connections of one thread tell. With one io thread the server's core hears it directly;
// with more it goes through an EventMailbox to the main loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/address.hpp"
#include "net/connection_id.hpp"
#include "net/http_message.hpp"

namespace gochat::net {

class ShardEvents {
 public:
  virtual ~ShardEvents() = default;
  virtual void on_http(ConnectionId connection, HttpRequest request) = 0;
  virtual void on_upgrade(ConnectionId connection, HttpRequest request) = 0;
  virtual void on_message(ConnectionId connection, std::string_view payload, bool text) = 0;
  // Of a WebSocket: the kernel took `bytes`, and `left` are still queued.
  virtual void on_written(ConnectionId connection, std::size_t bytes, std::size_t left) = 0;
  virtual void on_alive(ConnectionId connection) = 0;
  virtual void on_pong(ConnectionId connection, std::uint32_t mark) = 0;
  virtual void on_close(ConnectionId connection, std::uint16_t code) = 0;
  // A socket, of whatever kind, is closed.
  virtual void on_gone(const AddressKey& address) = 0;
  // After Shard::stop(): nothing is open or pending any more, and this is the last event.
  virtual void on_stopped() = 0;
  // So much has been told and not been heard yet that no more should be read from sockets.
  virtual bool congested() const { return false; }
};

}  // namespace gochat::net

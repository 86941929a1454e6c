// How the owner of a server answers a request: at once or later, on the main loop, exactly once. A
// responder that is dropped without an answer sends 500 (503 for an upgrade), so no client is left
// hanging by a forgotten path.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "net/connection_id.hpp"
#include "net/http_message.hpp"

namespace gochat::net {

class ServerCore;

class HttpResponder {
 public:
  HttpResponder(std::weak_ptr<ServerCore> core, ConnectionId connection);
  HttpResponder(HttpResponder&& other) noexcept;
  HttpResponder& operator=(HttpResponder&& other) noexcept;
  ~HttpResponder();

  void send(HttpResponse response);
  explicit operator bool() const { return static_cast<bool>(connection_); }

 private:
  void drop();

  std::weak_ptr<ServerCore> core_;
  ConnectionId connection_;
};

class UpgradeResponder {
 public:
  UpgradeResponder(std::weak_ptr<ServerCore> core, ConnectionId connection);
  UpgradeResponder(UpgradeResponder&& other) noexcept;
  UpgradeResponder& operator=(UpgradeResponder&& other) noexcept;
  ~UpgradeResponder();

  // Calls on_open(connection, tag) before it returns, and that is before the 101 goes out: frames
  // sent from there on follow the 101. `subprotocol` empty: none is named. A peer that has gone
  // meanwhile is told of as usual, by on_close.
  void accept(std::string subprotocol, std::uint64_t tag);
  void refuse(HttpResponse response);
  explicit operator bool() const { return static_cast<bool>(connection_); }

 private:
  void drop();

  std::weak_ptr<ServerCore> core_;
  ConnectionId connection_;
};

}  // namespace gochat::net

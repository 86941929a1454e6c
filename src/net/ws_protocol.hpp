// RFC 6455 on a connection: messages up, frames down, pings, the bounds of the outbox, and the
// closing handshake.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "net/connection.hpp"
#include "net/shared_bytes.hpp"
#include "net/ws_codec.hpp"

namespace gochat::net {

class WsProtocol final : public Protocol {
 public:
  explicit WsProtocol(Connection& connection);

  void send(const SharedBytes& frame);
  void ping(std::uint32_t mark);
  void close(std::uint16_t code, std::string_view reason);

  std::size_t on_bytes(std::span<char> bytes) override;
  void on_end(bool leftover) override;
  void on_lost() override;
  void on_written(std::size_t bytes, std::size_t left) override;
  void on_deadline() override;
  void on_stop() override;

 private:
  bool has_room(std::size_t bytes) const;
  void give_up_slow_reader();
  void take_pong(std::string_view payload);
  void take_close(std::uint16_t code);
  void refuse(const WsStep& violation);
  // The owner is told once, whoever began.
  void report_close(std::uint16_t code);

  Connection& connection_;
  WsParser parser_{WsParser::From::client};
  std::uint32_t asked_ = 0;  // the mark of the ping whose answer the owner waits for
  std::uint8_t pings_unanswered_ = 0;
  bool closing_ = false;
};

}  // namespace gochat::net

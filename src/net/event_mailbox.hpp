// The events of a shard on a thread of its own, on their way to the main loop.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "net/batch_mailbox.hpp"
#include "net/padded_buffer.hpp"
#include "net/shard_events.hpp"

namespace gochat::net {

class EventMailbox final : public ShardEvents {
 public:
  // `hear` gets the events on the main loop. `relieved` is called there when a congestion is over.
  EventMailbox(boost::asio::io_context& shard_loop, boost::asio::io_context& main,
               ShardEvents& hear, std::function<void()> relieved);

  void on_http(ConnectionId connection, HttpRequest request) override;
  void on_upgrade(ConnectionId connection, HttpRequest request) override;
  void on_message(ConnectionId connection, std::string_view payload, bool text) override;
  void on_written(ConnectionId connection, std::size_t bytes, std::size_t left) override;
  void on_alive(ConnectionId connection) override;
  void on_pong(ConnectionId connection, std::uint32_t mark) override;
  void on_close(ConnectionId connection, std::uint16_t code) override;
  void on_gone(const AddressKey& address) override;
  void on_stopped() override;
  bool congested() const override;

 private:
  // Bounded, because a main loop that is busy for a while must not collect everything that clients
  // can send.
  static constexpr std::size_t bytes_max = 4 * 1024 * 1024;

  struct Http {
    HttpRequest request;
    bool upgrade;
  };
  struct Message {
    PaddedBuffer payload;
    bool text;
  };
  struct Written {
    std::size_t bytes;
    std::size_t left;
  };
  struct Alive {};
  struct Pong {
    std::uint32_t mark;
  };
  struct Closed {
    std::uint16_t code;
  };
  struct Gone {
    AddressKey address;
  };
  struct Stopped {};
  struct Letter {
    ConnectionId connection;
    std::variant<Alive, Pong, Written, Closed, Gone, Stopped, Message, std::unique_ptr<Http>> event;
  };

  void open(std::vector<Letter> letters);
  void hear(ConnectionId connection, Message& message);

  BatchMailbox<Letter> mailbox_;
  ShardEvents& hear_;
  std::function<void()> relieved_;
  std::atomic<std::size_t> bytes_{0};  // of messages that are on their way
};

}  // namespace gochat::net

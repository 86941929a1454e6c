// One socket, whatever is spoken over it. It lives and dies on its shard's thread and knows bytes,
// an outbox, one deadline and how to end; what the bytes mean is its Protocol's. It is destroyed
// between turns of the loop only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/address.hpp"
#include "net/connection_id.hpp"
#include "net/limits.hpp"
#include "net/outbox.hpp"
#include "net/padded_buffer.hpp"
#include "net/shared_bytes.hpp"
#include "net/socket.hpp"
#include "net/timer_wheel.hpp"

namespace gochat::net {

class Shard;

class Protocol {
 public:
  virtual ~Protocol() = default;

  // Bytes can move from now on: at once, or when the TLS handshake is over.
  virtual void on_start() {}
  // Instead of a TLS handshake the peer began to speak in the clear. What is put goes out likewise.
  virtual void on_unencrypted() {}
  // Takes from the front what it can and returns how much that was. The rest comes again with more
  // behind it.
  virtual std::size_t on_bytes(std::span<char> bytes) = 0;
  // The peer sends no more. `leftover`: bytes came that never made a whole.
  virtual void on_end(bool leftover) = 0;
  // The socket failed; the connection is gone after this call.
  virtual void on_lost() = 0;
  virtual void on_written(std::size_t bytes, std::size_t left) = 0;
  virtual void on_deadline() = 0;
  // The server stops: come to an end soon.
  virtual void on_stop() = 0;
};

// Reasons not to read from a socket; any of them is enough.
enum class Hold : std::uint8_t { owner = 1, outbox = 2, answer = 4, congestion = 8 };

class Connection : public TimerWheel::Node {
 public:
  Connection(Shard& shard, ConnectionId id, Socket socket, AddressKey address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // For protocols.
  void put(SharedBytes block);
  std::size_t outbox_bytes() const { return outbox_ ? outbox_->bytes() : 0; }
  std::size_t outbox_blocks() const { return outbox_ ? outbox_->blocks() : 0; }
  // Hands the kernel what it takes, now instead of at the end of the turn.
  void write_out();
  void drop_unbegun();
  void set_deadline(Duration delay);
  void no_deadline();
  void hold(Hold reason) { holds_ |= static_cast<std::uint8_t>(reason); }
  void release(Hold reason);
  bool held() const { return holds_ != 0; }
  bool held_for(Hold reason) const { return (holds_ & static_cast<std::uint8_t>(reason)) != 0; }
  // The unfinished piece at the front of the bytes takes that many: do not ask before.
  void want(std::size_t bytes);
  // Has the peer sent anything since the last call?
  bool take_heard() { return std::exchange(heard_, false); }
  // Writes what is queued, ends the sending side, and reads on for a moment, so that the last bytes
  // are not lost with a reset; all within `delay`.
  void finish(Duration delay);
  // Ends at once.
  void drop();
  void replace_protocol(std::unique_ptr<Protocol> protocol);

  ConnectionId id() const { return id_; }
  Shard& shard() { return shard_; }
  const AddressKey& address() const { return address_; }
  bool encrypted() const { return socket_.encrypted(); }
  // Null unless the connection is open.
  Protocol* protocol() { return state_ == State::open ? protocol_.get() : nullptr; }

  // For the shard.
  void start(std::unique_ptr<Protocol> protocol);
  // The server stops.
  void stop();
  void readable();
  void writable();
  void deadline_passed();
  void flush();
  bool finished() const { return state_ == State::finished; }
  bool take_dirty() { return std::exchange(dirty_, false); }
  bool set_dirty() { return !std::exchange(dirty_, true); }

 private:
  enum class State : std::uint8_t { handshaking, open, finishing, lingering, finished };

  void open();
  void wait_readable();
  void wait_writable();
  void take_input(std::span<char> bytes);
  std::size_t process(std::span<char> bytes);
  void process_pending();
  void input_ended();
  void refuse_unencrypted();
  void lost();
  void begin_linger();

  Shard& shard_;
  Socket socket_;
  std::unique_ptr<Protocol> protocol_;
  std::unique_ptr<Protocol> retired_;  // may still be on the stack when it is replaced
  std::unique_ptr<Outbox> outbox_;
  PaddedBuffer pending_;
  AddressKey address_;
  ConnectionId id_;
  std::uint32_t wanted_ = 0;
  std::size_t written_ = 0;  // not yet reported to the protocol
  State state_ = State::handshaking;
  std::uint8_t holds_ = 0;
  bool dirty_ = false;
  bool heard_ = false;
  bool input_ended_ = false;
  bool waiting_readable_ = false;
  bool waiting_writable_ = false;
  bool resume_ = false;
};

}  // namespace gochat::net

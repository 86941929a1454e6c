#include "net/connection.hpp"

#include "net/shard.hpp"

namespace gochat::net {

namespace {

// So that one busy peer does not keep a thread from all others.
constexpr int reads_per_turn_max = 4;
constexpr std::size_t pieces_per_write_max = 256;

}  // namespace

Connection::Connection(Shard& shard, ConnectionId id, Socket socket, AddressKey address)
    : shard_{shard}, socket_{std::move(socket)}, address_{address}, id_{id} {}

Connection::~Connection() {
  shard_.wheel().disarm(*this);
  shard_.outboxes().give_back(std::move(outbox_));
}

void Connection::start(std::unique_ptr<Protocol> protocol) {
  protocol_ = std::move(protocol);
  if (socket_.handshaking()) {
    set_deadline(shard_.limits().tls_handshake_time_max);
  } else {
    open();
  }
  wait_readable();
}

void Connection::open() {
  state_ = State::open;
  protocol_->on_start();
}

void Connection::stop() {
  if (state_ == State::open) {
    protocol_->on_stop();
  } else if (state_ == State::handshaking) {
    drop();
  }
}

void Connection::put(SharedBytes block) {
  if (state_ == State::finished || state_ == State::lingering) return;
  if (!outbox_) outbox_ = shard_.outboxes().lend();
  outbox_->push(std::move(block));
  shard_.mark_dirty(*this);
}

void Connection::drop_unbegun() {
  if (outbox_) outbox_->drop_unbegun();
}

void Connection::write_out() {
  std::array<iovec, pieces_per_write_max> pieces;
  while (!waiting_writable_ && (outbox_bytes() > 0 || socket_.unsent())) {
    const std::size_t count = outbox_ ? outbox_->gather(pieces) : 0;
    const auto step = socket_.write({pieces.data(), count});
    if (step.outcome == Socket::Outcome::would_block) return wait_writable();
    if (step.outcome != Socket::Outcome::moved) return lost();
    if (outbox_) outbox_->taken(step.bytes);
    shard_.traffic().bytes_out.add(step.bytes);
    written_ += step.bytes;
  }
  if (outbox_ && outbox_->empty()) shard_.outboxes().give_back(std::move(outbox_));
}

void Connection::set_deadline(Duration delay) { shard_.wheel().arm(*this, delay); }

void Connection::no_deadline() { shard_.wheel().disarm(*this); }

void Connection::release(Hold reason) {
  holds_ = static_cast<std::uint8_t>(holds_ & ~static_cast<std::uint8_t>(reason));
  if (holds_ != 0 || state_ != State::open) return;
  resume_ = true;
  shard_.mark_dirty(*this);
}

void Connection::want(std::size_t bytes) { wanted_ = static_cast<std::uint32_t>(bytes); }

void Connection::finish(Duration delay) {
  if (state_ != State::open) return;
  state_ = State::finishing;
  set_deadline(delay);
  wait_readable();
  shard_.mark_dirty(*this);
}

void Connection::drop() {
  state_ = State::finished;
  no_deadline();
  shard_.mark_dirty(*this);
}

void Connection::lost() {
  if (state_ == State::finished) return;
  const bool told = state_ != State::open;
  drop();
  if (!told) protocol_->on_lost();
}

void Connection::begin_linger() {
  if (!socket_.end_writing()) return wait_writable();
  if (input_ended_) return drop();
  state_ = State::lingering;
  set_deadline(shard_.limits().linger_time_max);
}

void Connection::replace_protocol(std::unique_ptr<Protocol> protocol) {
  retired_ = std::exchange(protocol_, std::move(protocol));
  wanted_ = 0;
  shard_.mark_dirty(*this);
}

void Connection::wait_readable() {
  if (waiting_readable_ || input_ended_ || state_ == State::finished) return;
  // What is only read to be thrown away is read whatever holds.
  if (state_ == State::open && held()) return;
  waiting_readable_ = true;
  shard_.when_readable(*this, socket_);
}

void Connection::wait_writable() {
  if (std::exchange(waiting_writable_, true)) return;
  shard_.when_writable(*this, socket_);
}

void Connection::readable() {
  waiting_readable_ = false;
  for (int round = 0; round < reads_per_turn_max; ++round) {
    if (state_ == State::finished || (state_ == State::open && held())) return;
    const auto buffer = shard_.read_buffer();
    const auto step = socket_.read(buffer);
    if (step.outcome == Socket::Outcome::failed) return lost();
    if (step.outcome == Socket::Outcome::not_tls) return refuse_unencrypted();
    if (state_ == State::handshaking && !socket_.handshaking()) open();
    // TLS answers by itself, as in a handshake.
    if (socket_.unsent()) wait_writable();
    if (step.outcome == Socket::Outcome::ended) return input_ended();
    if (step.outcome == Socket::Outcome::would_block) break;
    heard_ = true;
    shard_.traffic().bytes_in.add(step.bytes);
    if (state_ == State::open) take_input(buffer.first(step.bytes));
    if (step.bytes < buffer.size()) break;
  }
  wait_readable();
}

void Connection::take_input(std::span<char> bytes) {
  if (pending_.empty()) {
    const std::size_t used = process(bytes);
    if (used == bytes.size() || state_ != State::open) return;
    pending_.reserve(std::max<std::size_t>(wanted_, bytes.size() - used));
    pending_.append({bytes.data() + used, bytes.size() - used});
    return;
  }
  pending_.append({bytes.data(), bytes.size()});
  process_pending();
}

void Connection::process_pending() {
  if (pending_.size() < wanted_ || pending_.empty()) return;
  const std::size_t used = process(pending_.bytes());
  if (state_ != State::open) return;
  pending_.consume(used);
  if (wanted_ > 0 && !pending_.empty()) pending_.reserve(wanted_);
}

std::size_t Connection::process(std::span<char> bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && state_ == State::open && !held()) {
    Protocol* const speaking = protocol_.get();
    wanted_ = 0;
    used += speaking->on_bytes(bytes.subspan(used));
    if (protocol_.get() == speaking) break;
  }
  return used;
}

void Connection::input_ended() {
  input_ended_ = true;
  if (state_ == State::open) {
    protocol_->on_end(!pending_.empty());
    if (state_ == State::finished) socket_.say_end();
  } else if (state_ == State::lingering || state_ == State::handshaking) {
    drop();
  }
}

void Connection::refuse_unencrypted() {
  socket_.give_up_tls();
  open();
  protocol_->on_unencrypted();
  wait_readable();
}

void Connection::writable() {
  waiting_writable_ = false;
  if (state_ != State::finished) shard_.mark_dirty(*this);
}

void Connection::deadline_passed() {
  if (state_ == State::open) {
    protocol_->on_deadline();
  } else {
    drop();
  }
}

void Connection::flush() {
  retired_.reset();
  if (state_ == State::finished) return;
  write_out();
  const std::size_t written = std::exchange(written_, 0);
  if (written > 0 && state_ == State::open) protocol_->on_written(written, outbox_bytes());
  if (state_ != State::open) pending_.release();
  if (state_ == State::finishing && outbox_bytes() == 0 && !socket_.unsent()) begin_linger();
  if (!std::exchange(resume_, false) || state_ != State::open || held()) return;
  process_pending();
  wait_readable();
}

}  // namespace gochat::net

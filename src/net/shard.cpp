#include "net/shard.hpp"

#include <boost/asio/post.hpp>

#include "base/assert.hpp"
#include "net/http_protocol.hpp"
#include "net/ws_protocol.hpp"

namespace gochat::net {

Shard::Shard(boost::asio::io_context& loop, Timers& timers, ShardEvents& events,
             const Limits& limits, std::uint32_t thread)
    : loop_{loop},
      timers_{timers},
      events_{events},
      limits_{limits},
      thread_{thread},
      wheel_{timers,
             [](TimerWheel::Node& node) { static_cast<Connection&>(node).deadline_passed(); }},
      read_buffer_{std::make_unique<char[]>(read_buffer_bytes + read_padding_bytes)} {}

Shard::~Shard() { GOCHAT_ASSERT(open_ == 0 && pending_handlers_ == 0); }

Shard::Place Shard::place_of(const Connection& connection) {
  return {connection.id().slot, connection.id().generation};
}

Connection* Shard::find(Place place) const {
  if (place.slot >= slots_.size() || slots_[place.slot].generation != place.generation)
    return nullptr;
  return slots_[place.slot].connection.get();
}

void Shard::adopt(Accepted accepted) {
  Socket socket{loop_, accepted.descriptor, accepted.family, accepted.tls};
  if (!socket.open() || stopping_) {
    events_.on_gone(accepted.peer.key);
    return;
  }
  std::uint32_t slot = static_cast<std::uint32_t>(slots_.size());
  if (free_slots_.empty()) {
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  Slot& place = slots_[slot];
  if (++place.generation == 0) ++place.generation;
  const ConnectionId id{slot, place.generation, thread_};
  place.connection = std::make_unique<Connection>(*this, id, std::move(socket), accepted.peer.key);
  ++open_;
  Connection& connection = *place.connection;
  connection.start(std::make_unique<HttpProtocol>(connection, std::move(accepted.peer.text),
                                                  accepted.listener_tag));
}

void Shard::send(ConnectionId id, const SharedBytes& frame) {
  if (Connection* connection = find(id)) {
    if (auto* ws = dynamic_cast<WsProtocol*>(connection->protocol())) ws->send(frame);
  }
}

void Shard::ping(ConnectionId id, std::uint32_t mark) {
  if (Connection* connection = find(id)) {
    if (auto* ws = dynamic_cast<WsProtocol*>(connection->protocol())) ws->ping(mark);
  }
}

void Shard::close(ConnectionId id, std::uint16_t code, std::string_view reason) {
  if (Connection* connection = find(id)) {
    if (auto* ws = dynamic_cast<WsProtocol*>(connection->protocol())) ws->close(code, reason);
  }
}

void Shard::answer(ConnectionId id, HttpResponse response) {
  if (Connection* connection = find(id)) {
    if (auto* http = dynamic_cast<HttpProtocol*>(connection->protocol())) {
      http->answer(std::move(response));
    }
  }
}

void Shard::accept_upgrade(ConnectionId id, std::string_view subprotocol) {
  Connection* connection = find(id);
  auto* http = connection ? dynamic_cast<HttpProtocol*>(connection->protocol()) : nullptr;
  // The owner believes it open since its on_open.
  if (!http || !http->upgrade(subprotocol)) report_close(id, close_code::abnormal);
}

void Shard::hold_reading(ConnectionId id, bool held) {
  Connection* connection = find(id);
  if (!connection) return;
  if (held) {
    connection->hold(Hold::owner);
  } else {
    connection->release(Hold::owner);
  }
}

std::size_t Shard::outbox_bytes(ConnectionId id) const {
  const Connection* connection = find(id);
  return connection ? connection->outbox_bytes() : 0;
}

void Shard::mark_dirty(Connection& connection) {
  if (!connection.set_dirty()) return;
  dirty_.push_back(place_of(connection));
  schedule_turn_end();
}

void Shard::report_close(ConnectionId connection, std::uint16_t code) {
  closed_.push_back({connection, code});
  schedule_turn_end();
}

void Shard::congested(Connection& connection) {
  connection.hold(Hold::congestion);
  congested_.push_back(place_of(connection));
}

void Shard::relieve() {
  for (const Place place : std::exchange(congested_, {})) {
    if (Connection* connection = find(place)) connection->release(Hold::congestion);
  }
}

// Posted work runs behind everything that is ready now, so one turn's output for a socket leaves in
// one write.
void Shard::schedule_turn_end() {
  if (turn_end_scheduled_) return;
  turn_end_scheduled_ = true;
  ++pending_handlers_;
  boost::asio::post(loop_, [this] {
    turn_end_scheduled_ = false;
    end_turn();
    leave_handler();
  });
}

void Shard::end_turn() {
  std::swap(flushing_, dirty_);
  for (const Place place : flushing_) {
    Connection* connection = find(place);
    if (!connection || !connection->take_dirty()) continue;
    connection->flush();
    if (connection->finished()) remove(*connection);
  }
  flushing_.clear();
  for (const Closed& closed : std::exchange(closed_, {})) {
    events_.on_close(closed.connection, closed.code);
  }
}

void Shard::remove(Connection& connection) {
  const std::uint32_t slot = connection.id().slot;
  events_.on_gone(connection.address());
  // Its handlers still come, with an error, and find another generation.
  slots_[slot].connection.reset();
  ++slots_[slot].generation;
  free_slots_.push_back(slot);
  --open_;
}

void Shard::when_readable(Connection& connection, Socket& socket) {
  ++pending_handlers_;
  socket.when_readable([this, place = place_of(connection)](boost::system::error_code) {
    if (Connection* ready = find(place)) ready->readable();
    leave_handler();
  });
}

void Shard::when_writable(Connection& connection, Socket& socket) {
  ++pending_handlers_;
  socket.when_writable([this, place = place_of(connection)](boost::system::error_code) {
    if (Connection* ready = find(place)) ready->writable();
    leave_handler();
  });
}

template <class Visit>
void Shard::each_connection(Visit visit) {
  for (Slot& slot : slots_) {
    if (slot.connection) visit(*slot.connection);
  }
}

void Shard::stop(Duration grace) {
  if (stopped_) return;
  draining_ = true;
  if (!std::exchange(stopping_, true)) {
    each_connection([](Connection& connection) { connection.stop(); });
  }
  grace_ = timers_.after(grace, [this] { cut_all(); });
  schedule_turn_end();
}

void Shard::cut_all() {
  each_connection([](Connection& connection) {
    if (Protocol* protocol = connection.protocol()) protocol->on_lost();
    connection.drop();
  });
}

void Shard::leave_handler() {
  --pending_handlers_;
  if (!stopping_ || stopped_ || open_ != 0 || pending_handlers_ != 0) return;
  grace_.cancel();
  wheel_.stop();
  stopped_ = true;
  events_.on_stopped();
}

}  // namespace gochat::net

#include "net/server_core.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "net/certificate.hpp"
#include "net/refusal.hpp"
#include "net/ws_codec.hpp"

namespace gochat::net {

namespace {

// Descriptors that are kept for what is not a client: the store, logs, listeners, backends.
constexpr std::size_t descriptors_kept = 256;

std::size_t connections_max_of(const Limits& limits) {
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return 1'000;
  const auto all = static_cast<std::size_t>(descriptors.rlim_cur);
  const std::size_t possible = all > 2 * descriptors_kept ? all - descriptors_kept : all / 2;
  return limits.connections_max == 0 ? possible : std::min(possible, limits.connections_max);
}

}  // namespace

ServerCore::ServerCore(boost::asio::io_context& main, Timers& timers, ServerOwner& owner,
                       ServerOptions options)
    : main_{main},
      timers_{timers},
      owner_{owner},
      options_{std::move(options)},
      connections_max_{connections_max_of(options_.limits)} {
  for (const std::string& text : options_.addresses_unlimited) {
    if (const auto network = Network::parse(text)) unlimited_.push_back(*network);
  }
  GOCHAT_ASSERT(options_.io_threads >= 1);
  GOCHAT_ASSERT(options_.limits.outbox_drained_bytes <= options_.limits.outbox_bytes_max);
}

ServerCore::~ServerCore() { GOCHAT_ASSERT(!running_); }

Result<void> ServerCore::start() {
  GOCHAT_ASSERT(!running_ && listeners_.empty());
  for (const ListenAddress& place : options_.listen) {
    auto listener = std::make_shared<Listener>(main_, timers_, options_.limits, place.tag,
                                               place.certificate != nullptr);
    auto opened = place.path.empty() ? listener->open(place.address, place.port)
                                     : listener->open_local(place.path);
    if (!opened) {
      listeners_.clear();
      return opened;
    }
    listeners_.push_back(std::move(listener));
  }
  make_ways();
  running_ = true;
  for (std::size_t n = 0; n < listeners_.size(); ++n) {
    const auto take_one = [this, certificate = options_.listen[n].certificate](Accepted accepted) {
      take(std::move(accepted), certificate.get());
    };
    listeners_[n]->start(take_one, [this](std::size_t turned_away) {
      ++counts_.accept_pauses;
      counts_.refused += turned_away;
    });
  }
  log::info("listening", {{log::Field::port, listeners_.empty() ? 0 : listeners_.front()->port()},
                          {log::Field::limit, static_cast<std::int64_t>(connections_max_)}});
  return {};
}

void ServerCore::make_ways() {
  const bool direct = options_.io_threads == 1;
  for (std::uint32_t thread = 0; thread < options_.io_threads; ++thread) {
    Way& way = ways_.emplace_back();
    if (direct) {
      way.here = std::make_unique<Shard>(main_, timers_, *this, options_.limits, thread);
    } else {
      way.there = std::make_unique<IoThread>(main_, *this, options_.limits, thread);
    }
  }
  shards_running_ = ways_.size();
}

std::uint16_t ServerCore::port(std::size_t listener) const {
  GOCHAT_ASSERT(listener < listeners_.size());
  return listeners_[listener]->port();
}

template <class Act>
void ServerCore::tell(std::uint32_t thread, Act act) {
  if (thread >= ways_.size()) return;
  if (ways_[thread].here) {
    act(*ways_[thread].here);
  } else {
    ways_[thread].there->order(std::move(act));
  }
}

bool ServerCore::is_counted(const std::string& peer) const {
  if (unlimited_.empty()) return true;
  const auto address = IpAddress::parse(peer);
  return !address || std::ranges::none_of(unlimited_, [&](const Network& network) {
    return network.contains(*address);
  });
}

void ServerCore::take(Accepted accepted, const Certificate* certificate) {
  const bool counted = is_counted(accepted.peer.text);
  const auto known = by_address_.find(accepted.peer.key);
  const std::size_t of_address = known == by_address_.end() ? 0 : known->second;
  const bool too_many = counts_.connections >= connections_max_;
  if (too_many || (counted && of_address >= options_.limits.connections_per_address_max)) {
    ++counts_.refused;
    tell_of_refusal(accepted.peer.text, too_many);
    turn_away(accepted.descriptor, too_many ? 503 : 429, certificate != nullptr);
    return;
  }
  if (certificate) accepted.tls = certificate->context();
  ++counts_.accepted;
  ++counts_.connections;
  ++by_address_[accepted.peer.key];
  const auto thread = static_cast<std::uint32_t>(next_way_++ % ways_.size());
  tell(thread, [accepted = std::move(accepted)](Shard& shard) mutable {
    shard.adopt(std::move(accepted));
  });
}

// A flood of connections must not become a flood of lines.
void ServerCore::tell_of_refusal(std::string_view address, bool too_many) {
  constexpr BucketRate lines{10, 1};
  if (!refusal_lines_.try_take(lines, timers_.now())) return;
  const std::size_t limit =
      too_many ? connections_max_ : options_.limits.connections_per_address_max;
  log::warn("a connection is turned away",
            {{log::Field::address, address},
             {log::Field::reason, too_many ? "there are too many" : "its address has too many"},
             {log::Field::limit, static_cast<std::int64_t>(limit)}});
}

void ServerCore::on_gone(const AddressKey& address) {
  --counts_.connections;
  const auto known = by_address_.find(address);
  if (known != by_address_.end() && --known->second == 0) by_address_.erase(known);
}

ServerCore::OutboxMirror& ServerCore::mirror(ConnectionId connection) {
  auto& mirrors = ways_[connection.thread].mirrors;
  if (connection.slot >= mirrors.size()) mirrors.resize(connection.slot + 1);
  OutboxMirror& known = mirrors[connection.slot];
  if (known.generation != connection.generation) known = {connection.generation, 0};
  return known;
}

void ServerCore::send(ConnectionId connection, const SharedBytes& frame) {
  send_many({&connection, 1}, frame);
}

void ServerCore::send_many(std::span<const ConnectionId> connections, const SharedBytes& frame) {
  for (const ConnectionId& connection : connections) {
    if (connection.thread >= ways_.size() || !connection) continue;
    Way& way = ways_[connection.thread];
    if (way.here) {
      way.here->send(connection, frame);
    } else {
      mirror(connection).bytes += frame.size();
      way.many.push_back(connection);
    }
  }
  for (Way& way : ways_) {
    if (way.many.empty()) continue;
    way.there->order([receivers = std::exchange(way.many, {}), frame](Shard& shard) {
      for (const ConnectionId& receiver : receivers) shard.send(receiver, frame);
    });
  }
}

void ServerCore::ping(ConnectionId connection, std::uint32_t mark) {
  tell(connection.thread, [connection, mark](Shard& shard) { shard.ping(connection, mark); });
}

void ServerCore::close(ConnectionId connection, std::uint16_t code, std::string_view reason) {
  tell(connection.thread, [connection, code, reason = std::string{reason}](Shard& shard) {
    shard.close(connection, code, reason);
  });
}

std::size_t ServerCore::outbox_bytes(ConnectionId connection) const {
  if (connection.thread >= ways_.size()) return 0;
  const Way& way = ways_[connection.thread];
  if (way.here) return way.here->outbox_bytes(connection);
  if (connection.slot >= way.mirrors.size()) return 0;
  const OutboxMirror& known = way.mirrors[connection.slot];
  return known.generation == connection.generation ? known.bytes : 0;
}

void ServerCore::hold_reading(ConnectionId connection, bool held) {
  tell(connection.thread,
       [connection, held](Shard& shard) { shard.hold_reading(connection, held); });
}

void ServerCore::answer(ConnectionId connection, HttpResponse response) {
  tell(connection.thread, [connection, response = std::move(response)](Shard& shard) mutable {
    shard.answer(connection, std::move(response));
  });
}

void ServerCore::accept_upgrade(ConnectionId connection, std::string subprotocol,
                                std::uint64_t tag) {
  if (!stopped_.empty() || !running_) {
    // It would be closed before it could be told of.
    answer(connection, plain_response(503, "the server stops"));
    return;
  }
  // First, so that what the owner sends from on_open finds a WebSocket and follows the 101; the 101
  // itself waits for the end of the turn, and what the peer says for the owner's return.
  tell(connection.thread, [connection, subprotocol = std::move(subprotocol)](Shard& shard) {
    shard.accept_upgrade(connection, subprotocol);
  });
  owner_.on_open(connection, tag);
}

TrafficCounts ServerCore::traffic() const {
  TrafficCounts sum = ended_;
  for (const Way& way : ways_) (way.here ? way.here->traffic() : way.there->traffic()).add_to(sum);
  return sum;
}

void ServerCore::stop_accepting() {
  for (auto& listener : listeners_) listener->stop();
  for (std::uint32_t thread = 0; thread < ways_.size(); ++thread) {
    tell(thread, [](Shard& shard) { shard.drain(); });
  }
}

void ServerCore::stop(Duration grace, std::move_only_function<void()> stopped) {
  GOCHAT_ASSERT(running_);
  stopped_.push_back(std::move(stopped));
  stop_accepting();
  for (std::uint32_t thread = 0; thread < ways_.size(); ++thread) {
    tell(thread, [grace](Shard& shard) { shard.stop(grace); });
  }
}

void ServerCore::on_stopped() {
  if (--shards_running_ > 0) return;
  // Not from here: the shard that told this is still on the stack.
  boost::asio::post(main_, [self = shared_from_this()] {
    self->ended_ = self->traffic();
    self->ways_.clear();
    self->running_ = false;
    for (auto& stopped : std::exchange(self->stopped_, {})) stopped();
  });
}

void ServerCore::on_http(ConnectionId connection, HttpRequest request) {
  HttpResponder responder{weak_from_this(), connection};
  if (request.refusal) {
    owner_.on_refused(std::move(request), std::move(responder));
  } else {
    owner_.on_http(std::move(request), std::move(responder));
  }
}

void ServerCore::on_upgrade(ConnectionId connection, HttpRequest request) {
  owner_.on_upgrade(std::move(request), UpgradeResponder{weak_from_this(), connection});
}

void ServerCore::on_message(ConnectionId connection, std::string_view payload, bool text) {
  owner_.on_message(connection, payload, text);
}

void ServerCore::on_written(ConnectionId connection, std::size_t bytes, std::size_t left) {
  std::size_t before = left + bytes;
  std::size_t after = left;
  if (!ways_[connection.thread].here) {
    OutboxMirror& known = mirror(connection);
    before = known.bytes;
    // Pings and the like leave without having been sent by the owner; what the shard still holds
    // bounds it.
    after = std::max(left, before - std::min(before, bytes));
    if (left == 0 && before <= bytes) after = 0;
    known.bytes = after;
  }
  const std::size_t mark = options_.limits.outbox_drained_bytes;
  if (before >= mark && after < mark) owner_.on_drained(connection);
}

void ServerCore::on_alive(ConnectionId connection) { owner_.on_alive(connection); }

void ServerCore::on_pong(ConnectionId connection, std::uint32_t mark) {
  owner_.on_pong(connection, mark);
}

void ServerCore::on_close(ConnectionId connection, std::uint16_t code) {
  owner_.on_close(connection, code);
}

}  // namespace gochat::net

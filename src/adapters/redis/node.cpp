#include "adapters/redis/node.hpp"

#include <algorithm>
#include <utility>

#include "adapters/redis/slot.hpp"
#include "base/log.hpp"

namespace gochat::redis {

Node::Node(const NodeGround& ground, Address address, Identity identity, std::function<void()> lost)
    : ground_{ground},
      address_{std::move(address)},
      identity_{std::move(identity)},
      lost_{std::move(lost)},
      breaker_{ground.options.breaker},
      links_(ground.options.limits.connections_per_node_max) {}

Node::~Node() { close(); }

void Node::close() {
  closed_ = true;
  for (Link& link : links_) {
    link.again.cancel();
    if (!link.connection) continue;
    const auto connection = std::exchange(link.connection, nullptr);
    connection->close(failed(ErrorCode::unavailable, "the connection to Redis was closed"));
  }
}

void Node::open(std::size_t number) {
  Connection::Events events;
  events.ready = [this, number] { ready(number); };
  events.closed = [this, number](const Error& why) { lost(number, why); };
  links_[number].connection =
      std::make_shared<Connection>(ground_.connections(), address_, identity_, std::move(events));
  links_[number].connection->start();
}

void Node::ready(std::size_t number) {
  links_[number].failures = 0;
  // Where one gets through the others will: their pauses were meant for a server that is away.
  for (std::size_t other = 0; other < links_.size(); ++other) {
    if (!links_[other].again.pending()) continue;
    links_[other].again.cancel();
    open(other);
  }
  if (std::exchange(trouble_, {}).empty()) return;
  log::info("Redis answers again", {{log::Field::address, address_.text()}});
}

void Node::lost(std::size_t number, const Error& why) {
  if (closed_) return;
  Link& link = links_[number];
  link.connection = nullptr;
  ++link.failures;
  if (trouble_ != why.detail) {
    log::warn("Redis is away",
              {{log::Field::address, address_.text()}, {log::Field::reason, why.detail}});
    trouble_ = why.detail;
  }
  const Duration pause = full_jitter(ground_.options.reconnect, link.failures, ground_.dice());
  link.again = ground_.timers.after(pause, [this, number] { open(number); });
  if (lost_) lost_();
}

// The key's own, or one that is there while that one is not.
std::size_t Node::link_for(const std::string& key) const {
  const std::size_t own = key.empty() ? 0 : slot_of(key) % links_.size();
  if (!links_[own].again.pending()) return own;
  for (std::size_t other = 0; other < links_.size(); ++other) {
    if (links_[other].connection && links_[other].connection->ready()) return other;
  }
  return own;
}

void Node::send(Request request) {
  auto call = breaker_.enter(ground_.timers.now());
  if (!call) return request.done(std::move(call).error());
  const std::size_t number = link_for(request.command->key.text);
  Link& link = links_[number];
  if (closed_ || link.again.pending()) {
    // The pauses between connections already spare the server: this says nothing new of it.
    return request.done(failed(ErrorCode::unavailable, closed_ ? "Redis is being left" : trouble_));
  }
  if (!link.connection) open(number);
  auto done = [this, entered = std::move(*call),
               told = std::move(request.done)](Result<Reply> reply) mutable {
    if (reply) {
      entered.succeeded();
    } else {
      entered.failed(ground_.timers.now());
    }
    told(std::move(reply));
  };
  Connection& connection = *link.connection;
  if (request.asking) {
    connection.send_asking(*request.command, request.with_source, request.deadline,
                           std::move(done));
  } else {
    connection.send(*request.command, request.with_source, request.deadline, std::move(done));
  }
}

// Its breaker is open, or each of its connections waits for its next try.
bool Node::left_alone() const {
  return breaker_.state(ground_.timers.now()) != Breaker::State::closed ||
         std::ranges::all_of(links_, [](const Link& link) { return link.again.pending(); });
}

void Node::add_to(Figures& figures) const {
  figures.left_alone += left_alone() ? 1 : 0;
  for (const Link& link : links_) {
    if (!link.connection) continue;
    const bool ready = link.connection->ready();
    figures.connections += ready ? 1 : 0;
    (ready ? figures.in_flight : figures.waiting) += link.connection->in_flight();
  }
}

}  // namespace gochat::redis

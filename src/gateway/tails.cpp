#include "gateway/tails.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "protocol/close_code.hpp"

namespace gochat::gateway {

using protocol::CloseCode;

SessionTail tail_of(const Session& session) {
  SessionTail tail;
  tail.session = session.caller.session;
  tail.connection = session.id;
  if (session.world_known) tail.got.emplace_back(world_id, session.world.got);
  for (const auto& [conversation, entry] : session.entries) {
    tail.got.emplace_back(conversation, entry.got);
  }
  tail.unanswered = session.followed->sends.unread();
  return tail;
}

bool leaves_a_tail(std::uint16_t close_code) {
  constexpr std::uint16_t none_given = 1005;
  if (close_code == none_given) return false;
  switch (static_cast<CloseCode>(close_code)) {
    case CloseCode::normal:
    case CloseCode::going_away:
    case CloseCode::session_expired:
    case CloseCode::session_revoked:
    case CloseCode::banned:
      return false;
    default:
      return true;
  }
}

void Tails::start() {
  arm_saving();
  arm_expiry();
}

void Tails::stop() {
  stopped_ = true;
  saving_.cancel();
  expiry_.cancel();
}

std::vector<ConnectionId> Tails::open_ones(const Session& heir) const {
  std::vector<ConnectionId> open;
  for (const Session* other : rooms_.sessions.of(heir.caller.user)) {
    const bool same = other->caller.session == heir.caller.session && other->id != heir.id;
    if (same) open.push_back(other->id);
  }
  return open;
}

// Who did not say that they read it all go first, and of these the newest: it is where the client
// was last.
Session* Tails::predecessor(const Session& heir) const {
  Session* best = nullptr;
  const auto rank = [](const Session& one) { return std::pair{one.followed->unsettled(), one.id}; };
  for (const ConnectionId id : open_ones(heir)) {
    Session* other = rooms_.sessions.find(id);
    if (!other->ready || !other->followed || other->followed->succeeded) continue;
    if (!best || rank(*best) < rank(*other)) best = other;
  }
  return best;
}

Task<std::optional<SessionTail>> Tails::inherit(ConnectionId id) {
  const auto kept = std::chrono::duration_cast<WallTime::duration>(limits_.kept_time_max);
  for (;;) {
    const Session* heir = rooms_.sessions.find(id);
    if (!heir) co_return std::nullopt;
    const auto open = open_ones(*heir);
    Inheritance wanted{heir->caller.session, id, open, rooms_.clock.now() - kept};
    co_await begin_writes();
    auto left = co_await rooms_.store.inherit(std::move(wanted));
    if (left && *left) co_return std::move(*left);
    if (!left) log::warn("a tail was not read", {{log::Field::reason, left.error().detail}});
    heir = rooms_.sessions.find(id);
    if (!heir) co_return std::nullopt;
    // Who closed meanwhile has left something after we looked.
    const bool closed = std::ranges::any_of(
        open, [&](ConnectionId other) { return rooms_.sessions.find(other) == nullptr; });
    if (left && closed) continue;
    Session* before = predecessor(*heir);
    if (!before) co_return std::nullopt;
    before->followed->succeeded = before->followed->unsettled();
    SessionTail tail = tail_of(*before);
    tail.connection = id;
    co_return tail;
  }
}

void Tails::save(Session& session) {
  session.followed->changed = false;
  write(tail_of(session), true);
}

void Tails::closed(Session& session, bool leaves_tail) {
  if (!session.followed) return;
  if (leaves_tail && !session.followed->succeeded) {
    save(session);
  } else {
    forget(session);
  }
}

void Tails::forget(const Session& session) {
  SessionTail named;
  named.session = session.caller.session;
  named.connection = session.id;
  write(std::move(named), false);
}

void Tails::write(SessionTail tail, bool keep) {
  writes_.push_back({std::move(tail), keep});
  rooms_.gate.spawn(begin_writes());
}

// What it takes out it begins at once, so that what is left in the queue was not begun.
Task<> Tails::begin_writes() {
  while (!writes_.empty()) {
    if (!writes_.front().keep) {
      const SessionTail forgotten = std::move(writes_.front().tail);
      writes_.pop_front();
      co_await remove(forgotten.session, forgotten.connection);
      continue;
    }
    std::vector<SessionTail> kept;
    while (!writes_.empty() && writes_.front().keep && kept.size() < limits_.saved_at_once_max) {
      kept.push_back(std::move(writes_.front().tail));
      writes_.pop_front();
    }
    co_await store(std::move(kept));
  }
}

Task<> Tails::remove(SessionId session, ConnectionId connection) {
  auto done = co_await rooms_.store.forget(session, connection);
  if (!done)
    log::warn("a tail stays until it expires", {{log::Field::reason, done.error().detail}});
}

Task<> Tails::store(std::vector<SessionTail> tails) {
  auto saved = co_await rooms_.store.save(std::move(tails), rooms_.clock.now());
  if (!saved) log::warn("tails were not saved", {{log::Field::reason, saved.error().detail}});
}

std::vector<SessionTail> Tails::take_changed() {
  std::vector<SessionTail> tails;
  for (Session* session : rooms_.sessions.all()) {
    if (!session->ready || !session->followed) continue;
    if (!std::exchange(session->followed->changed, false)) continue;
    tails.push_back(tail_of(*session));
    if (tails.size() == limits_.saved_at_once_max) break;
  }
  return tails;
}

Task<> Tails::save_changed() {
  for (;;) {
    auto tails = take_changed();
    const bool last = tails.size() < limits_.saved_at_once_max;
    if (!tails.empty()) co_await store(std::move(tails));
    if (last) co_return;
  }
}

void Tails::arm_saving() {
  saving_ = rooms_.timers.after(limits_.save_interval, [this] {
    rooms_.gate.spawn([](Tails& self) -> Task<> {
      co_await self.save_changed();
      if (!self.stopped_) self.arm_saving();
    }(*this));
  });
}

void Tails::arm_expiry() {
  expiry_ = rooms_.timers.after(limits_.expiry_interval, [this] { rooms_.gate.spawn(expire()); });
}

Task<> Tails::expire() {
  const auto kept = std::chrono::duration_cast<WallTime::duration>(limits_.kept_time_max);
  for (;;) {
    auto deleted = co_await rooms_.store.delete_expired(rooms_.clock.now() - kept,
                                                        limits_.expired_at_once_max);
    if (!deleted || *deleted < limits_.expired_at_once_max) break;
  }
  if (!stopped_) arm_expiry();
}

}  // namespace gochat::gateway

#include "gateway/registrar.hpp"

#include <utility>
#include <vector>

#include "base/log.hpp"

namespace gochat::gateway {

void Registrar::start() {
  timer_ = rooms_.timers.after(refresh_interval_, [this] { rooms_.gate.spawn(refresh()); });
}

void Registrar::stop() {
  stopped_ = true;
  timer_.cancel();
}

Task<> Registrar::add(ConnectionId id) {
  const Session* session = rooms_.sessions.find(id);
  const UserId user = session->caller.user;
  auto added = co_await rooms_.registry.add(row(*session));
  if (!added) {
    log::warn("a connection was not registered; the refresh will",
              {{log::Field::reason, added.error().detail}});
  }
  if (rooms_.sessions.of(user).size() == 1) rooms_.gate.spawn(tell_presence(user, true));
}

Task<> Registrar::remove(UserId user, ConnectionId id) {
  auto removed = co_await rooms_.registry.remove(user, id);
  if (!removed) log::warn("a connection stays registered until its lease ends");
  if (rooms_.sessions.of(user).empty()) co_await tell_presence(user, false);
}

RegisteredConnection Registrar::row(const Session& session) const {
  return {session.caller.user, session.id, session.caller.session,
          self_.name,          self_.boot, session.login_at};
}

// Of the first socket of somebody here and of the last; logic knows whether that is news.
Task<> Registrar::tell_presence(UserId user, bool online) {
  auto told = co_await rooms_.conversations.presence(user, online);
  if (!told) log::warn("presence was not told", {{log::Field::reason, told.error().detail}});
}

Task<> Registrar::refresh() {
  std::vector<RegisteredConnection> all;
  for (const Session* session : rooms_.sessions.all()) all.push_back(row(*session));
  auto lost = co_await rooms_.registry.refresh(std::move(all));
  if (!lost)
    log::warn("connections were not refreshed", {{log::Field::reason, lost.error().detail}});
  if (!stopped_) start();
}

}  // namespace gochat::gateway

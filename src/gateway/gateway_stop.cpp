// How a gateway ends: nothing new is taken, what was taken is answered, and everybody is told.
#include <algorithm>

#include "base/log.hpp"
#include "gateway/gateway.hpp"

namespace gochat::gateway {
namespace {

constexpr std::size_t closing_steps = 20;

}  // namespace

Task<> Gateway::stop(Duration window) {
  stopping_ = true;
  publisher_.close(window);
  registrar_.stop();
  headcount_.stop();
  topic_beat_.stop();
  revocations_.stop();
  repair_.stop();
  tails_.stop();
  silence_.stop();
  server_.stop_accepting();
  log::info("draining", {{log::Field::count, static_cast<std::int64_t>(sessions_.size())}});
  if (!co_await unanswered_.none_left(options_.last_answers_max)) {
    log::warn("sends are left without their answer; their clients will ask again",
              {{log::Field::count, static_cast<std::int64_t>(unanswered_.count())}});
  }
  // Before the first close leaves; what is delivered after it is saved at each close.
  co_await tails_.save_changed();
  co_await say_bye(window);
  co_await server_.stop(options_.last_closes_max);
  if (subscription_) co_await subscription_->stop();
  co_await gate_.close();
}

// Spread, so that the clients do not come back all at once.
Task<> Gateway::say_bye(Duration window) {
  std::vector<net::ConnectionId> sockets;
  for (const Session* session : sessions_.all()) {
    if (session->socket) sockets.push_back(session->socket);
  }
  for (const auto& [socket, unnamed] : unnamed_) sockets.push_back(socket);
  const std::size_t steps = std::min(sockets.size(), closing_steps);
  for (std::size_t step = 0; step < steps; ++step) {
    for (std::size_t n = step; n < sockets.size(); n += steps) {
      close_with_bye(sockets[n], protocol::CloseCode::restart, window);
    }
    if (step + 1 < steps) co_await rooms_.timers.sleep(window / static_cast<int>(steps));
  }
}

}  // namespace gochat::gateway

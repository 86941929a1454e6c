#include "app/redis_ports.hpp"

#include <utility>

#include "app/backend_options.hpp"

namespace gochat::app {

Result<std::unique_ptr<RedisPorts>> RedisPorts::make(const Ground& ground) {
  auto client = redis::Client::make(
      ground.loop.context(), ground.loop.timers(),
      [&random = ground.random] { return random.number(); }, redis_options(ground.config));
  if (!client) return client.error();
  return std::make_unique<RedisPorts>(std::move(*client), ground);
}

RedisPorts::RedisPorts(std::unique_ptr<redis::Client> connected, const Ground& ground)
    : client{std::move(connected)},
      registry{*client, {.lease = std::chrono::seconds{ground.config.gateway.lease_seconds}}},
      tickets{*client},
      limiter{*client, ground.loop.executor()},
      tries{*client},
      online{*client},
      tails{*client},
      inboxes{*client},
      values{*client},
      sets{*client, redis::SetKind::plain},
      ranked_sets{*client, redis::SetKind::ranked},
      hot{*client},
      seqs{*client} {}

Task<Result<void>> RedisPorts::ask() {
  auto answer = co_await registry.online({UserId{1}});
  if (!answer) co_return answer.error();
  co_return Result<void>{};
}

repo::CopyPorts RedisPorts::copies(KnownList& known, Timers& timers) {
  return {values, sets, ranked_sets, hot, seqs, known, timers};
}

Task<> RedisPorts::stop() {
  co_await limiter.stop();
  co_await client->stop();
}

}  // namespace gochat::app

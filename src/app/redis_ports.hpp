// Everything that stands on Redis: behind the ports of the roles, and the copies of repo.
#pragma once

#include <memory>

#include "adapters/redis/client.hpp"
#include "adapters/redis/redis_cache.hpp"
#include "adapters/redis/redis_failed_tries.hpp"
#include "adapters/redis/redis_hot_messages.hpp"
#include "adapters/redis/redis_inboxes.hpp"
#include "adapters/redis/redis_online_count.hpp"
#include "adapters/redis/redis_rate_limiter.hpp"
#include "adapters/redis/redis_seq_proposals.hpp"
#include "adapters/redis/redis_session_registry.hpp"
#include "adapters/redis/redis_set_cache.hpp"
#include "adapters/redis/redis_tails.hpp"
#include "adapters/redis/redis_tickets.hpp"
#include "app/wiring.hpp"

namespace gochat::app {

struct RedisPorts {
  static Result<std::unique_ptr<RedisPorts>> make(const Ground& ground);
  RedisPorts(std::unique_ptr<redis::Client> connected, const Ground& ground);

  // Whether it answers what is asked for every message.
  Task<Result<void>> ask();
  repo::CopyPorts copies(KnownList& known, Timers& timers);
  Task<> stop();

  std::unique_ptr<redis::Client> client;
  redis::RedisSessionRegistry registry;
  redis::RedisTickets tickets;
  redis::RedisRateLimiter limiter;
  redis::RedisFailedTries tries;
  redis::RedisOnlineCount online;
  redis::RedisTails tails;
  redis::RedisInboxes inboxes;
  redis::RedisCache values;
  redis::RedisSetCache sets;
  redis::RedisSetCache ranked_sets;
  redis::RedisHotMessages hot;
  redis::RedisSeqProposals seqs;
};

}  // namespace gochat::app

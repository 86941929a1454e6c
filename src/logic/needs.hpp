// What logic stands on. All of it outlives logic, and everything runs on `executor`.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "async/timer.hpp"
#include "ports/clock.hpp"
#include "ports/coordinator.hpp"
#include "ports/failed_tries.hpp"
#include "ports/id_source.hpp"
#include "ports/message_queue.hpp"
#include "ports/random.hpp"
#include "ports/rate_limiter.hpp"
#include "ports/repo_api.hpp"
#include "ports/service_directory.hpp"
#include "ports/session_registry.hpp"
#include "ports/token_signer.hpp"

namespace gochat::logic {

struct Needs {
  RepoApi repo;
  MessageQueue& queue;
  SessionRegistry& registry;
  ServiceDirectory& directory;
  TokenSigner& tokens;
  Clock& clock;
  Timers& timers;
  Random& random;
  IdSource& ids;
  RateLimiter& limiter;
  FailedTries& tries;
  boost::asio::any_io_executor executor;
  // Of the work that one of all logic processes does for all.
  const Leadership& sweeping;
};

}  // namespace gochat::logic

// What the roles of one process stand on. How GoChat is deployed shows in which Wiring there is,
// and nowhere else.
#pragma once

#include <cstdint>
#include <optional>

#include "adapters/sqlite/home_directory.hpp"
#include "app/configuration.hpp"
#include "app/health.hpp"
#include "async/loop.hpp"
#include "base/metrics.hpp"
#include "config/config.hpp"
#include "ports/clock.hpp"
#include "ports/coordinator.hpp"
#include "ports/dead_letters.hpp"
#include "ports/failed_tries.hpp"
#include "ports/id_source.hpp"
#include "ports/logic_api.hpp"
#include "ports/message_queue.hpp"
#include "ports/online_count.hpp"
#include "ports/password_hasher.hpp"
#include "ports/random.hpp"
#include "ports/rate_limiter.hpp"
#include "ports/repo_api.hpp"
#include "ports/send_api.hpp"
#include "ports/service_directory.hpp"
#include "ports/session_registry.hpp"
#include "ports/shown_repo.hpp"
#include "ports/tail_store.hpp"
#include "ports/ticket_store.hpp"
#include "repo/repo.hpp"

namespace gochat::app {

using config::Config;

// What every process has, however it is deployed.
struct Ground {
  Configuration& configuration;
  const Config& config;  // what is in force of it
  Loop& loop;
  Clock& clock;
  Random& random;
  PasswordHasher& hasher;
  const sqlite::HomeDirectory& directory;
  Health& health;
  std::uint64_t boot = 0;  // tells this life of the process from its earlier ones
};

struct Ports {
  MessageQueue& queue;
  DeadLetters& dead_letters;
  SessionRegistry& registry;
  ServiceDirectory& directory;
  TicketStore& tickets;
  TailStore& tails;
  IdSource& ids;
  RateLimiter& limiter;
  FailedTries& tries;
  OnlineCount& online;
  std::optional<repo::Stores> stores{};  // where repo runs in this process
  std::optional<RepoApi> repo{};         // where it runs elsewhere and is needed here
  std::optional<LogicApi> logic{};       // likewise
  // Where logic runs: whether this process deletes what has expired, for all.
  const Leadership* sweeping = nullptr;
  // Records outlive the process: a send that is queued was promised to its sender.
  bool queue_is_durable = false;
};

// What this process can be called for; null: it runs elsewhere.
struct Served {
  RepoApi* repo = nullptr;
  ShownRepo* shown = nullptr;  // of repo, where it keeps copies
  LogicApi* logic = nullptr;
  SendApi* sends = nullptr;
};

class Wiring {
 public:
  virtual ~Wiring() = default;
  // Waits for what is away and says so; an error is one that waiting does not heal. It names the
  // cause in `detail` and the remedy in `hint`.
  virtual Task<Result<void>> open() = 0;
  // Told to end: an open() that waits fails soon.
  virtual void give_up() = 0;
  // From here on, after open(): valid until close().
  virtual Ports ports() = 0;
  virtual void name_measures(metrics::Registry& measures) = 0;
  // The roles of this process have started; others may call them.
  virtual Task<Result<void>> serve(Served served) = 0;
  // Others find another instance from now on; what they called is answered.
  virtual Task<> stop_serving() = 0;
  // What may change while it runs has changed.
  virtual void apply(const Config& wanted) = 0;
  // Nothing uses the ports any more.
  virtual Task<> close() = 0;
};

}  // namespace gochat::app

// Every store port of a process over one MySQL or MariaDB server.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/mysql/counts.hpp"
#include "adapters/mysql/log_limits.hpp"
#include "adapters/mysql/options.hpp"
#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"
#include "ports/clock.hpp"
#include "ports/conversation_log.hpp"
#include "ports/conversation_store.hpp"
#include "ports/group_store.hpp"
#include "ports/id_source.hpp"
#include "ports/idempotency_store.hpp"
#include "ports/known_list.hpp"
#include "ports/message_store.hpp"
#include "ports/random.hpp"
#include "ports/relation_store.hpp"
#include "ports/session_store.hpp"
#include "ports/user_store.hpp"

namespace gochat::mysql {

struct Finding;
struct PageCounts;
enum class Mending : bool;

struct StoreOptions {
  ServerOptions primary;
  // Pages of history come from these in turn, as far as they have followed the primary.
  std::vector<ServerOptions> replicas;
  ReplicaLimits replica;
  ConnectionLimits connections;
  PoolLimits pool;
  LogLimits log;
  // Stamped into the database when it is made; a database of another environment is refused.
  std::string environment = "default";
};

// What the store runs on: one loop. All of it outlives the store.
struct StoreRuntime {
  boost::asio::any_io_executor executor;
  Timers& timers;
  const Clock& clock;
  Random& random;
  IdSource& ids;
};

class Store {
 public:
  // Connects to nothing yet.
  Store(StoreOptions options, StoreRuntime runtime);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Makes the tables or brings older ones up to date; answers what was done.
  Task<Result<std::vector<std::string>>> migrate_up(Deadline deadline);
  // Before anything else is asked. `unavailable`: no server there yet, try again. `conflict`: not
  // this program's schema or environment; the detail names the migration, the hint the remedy.
  Task<Result<void>> open(Deadline deadline);
  // Holds the tables against each other; see store_check.hpp.
  Task<Result<std::vector<Finding>>> check(Mending mending);
  // Nothing is begun any more; returns when what was begun has ended.
  Task<> close();

  ConversationLog& log();
  MessageStore& messages();
  ConversationStore& conversations();
  KnownList& known_list();
  GroupStore& groups();
  UserStore& users();
  SessionStore& sessions();
  RelationStore& relations();
  IdempotencyStore& keys();

  // Chosen at random when the database was made: a client that knows another one starts over.
  std::uint64_t epoch() const;
  // The highest id of messages, people and groups when it was opened.
  std::int64_t last_id() const;
  // Asks the primary something, only to hear whether it answers.
  Task<Result<void>> ping(Deadline deadline);
  const Counts& counts() const;
  PoolFigures figures() const;
  const PageCounts& page_counts() const;
  // Asks each replica how far it is behind, for the figures.
  Task<> look_at_replicas(Deadline deadline);
  std::vector<ReplicaFigures> replica_figures() const;
  // Replicas that are not asked at present, because they keep failing.
  std::size_t replicas_left_alone() const;
  const LogCounts& log_counts() const;
  // Appends that wait for their transaction.
  std::size_t log_waiting() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace gochat::mysql

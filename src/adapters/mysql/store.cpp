#include "adapters/mysql/store.hpp"

#include "adapters/mysql/answer_keys.hpp"
#include "adapters/mysql/conversation_log.hpp"
#include "adapters/mysql/conversation_reader.hpp"
#include "adapters/mysql/group_reader.hpp"
#include "adapters/mysql/message_reader.hpp"
#include "adapters/mysql/migrations.hpp"
#include "adapters/mysql/pool.hpp"
#include "adapters/mysql/relations.hpp"
#include "adapters/mysql/replica_lag.hpp"
#include "adapters/mysql/sessions.hpp"
#include "adapters/mysql/store_check.hpp"
#include "adapters/mysql/users.hpp"

namespace gochat::mysql {
namespace {

// Every client keeps it exactly, also one whose numbers are doubles.
constexpr int epoch_bits = 53;

std::uint64_t new_epoch(Random& random) {
  std::uint64_t epoch = 0;
  while (epoch == 0) epoch = random.number() >> (64 - epoch_bits);
  return epoch;
}

Task<Result<std::int64_t>> highest_id(Connection* connection, Deadline deadline) {
  auto rows = co_await connection->run(
      "SELECT GREATEST((SELECT COALESCE(MAX(id), 0) FROM messages), (SELECT COALESCE(MAX(id), 0) "
      "FROM users), (SELECT COALESCE(MAX(id), 0) FROM `groups`))",
      {}, deadline);
  if (!rows) co_return std::move(rows).error();
  co_return (*rows)[0].int64(0);
}

std::vector<Pool*> pointers(const std::vector<std::unique_ptr<Pool>>& pools) {
  std::vector<Pool*> all;
  for (const auto& pool : pools) all.push_back(pool.get());
  return all;
}

}  // namespace

struct Store::Parts {
  Parts(StoreOptions given, StoreRuntime on)
      : options{std::move(given)},
        runtime{std::move(on)},
        pool{options.primary,  options.connections, options.pool,
             runtime.executor, runtime.timers,      dice()},
        replicas{pools_of(options.replicas)} {}

  Dice dice() {
    return [this] { return runtime.random.number(); };
  }
  std::vector<std::unique_ptr<Pool>> pools_of(const std::vector<ServerOptions>& servers) {
    std::vector<std::unique_ptr<Pool>> pools;
    for (const ServerOptions& server : servers) {
      pools.push_back(std::make_unique<Pool>(server, options.connections, options.pool,
                                             runtime.executor, runtime.timers, dice()));
    }
    return pools;
  }

  MigrationOrder order() const {
    return {schema_steps(), {new_epoch(runtime.random), options.environment}, runtime.clock.now()};
  }

  StoreOptions options;
  StoreRuntime runtime;
  Pool pool;
  std::vector<std::unique_ptr<Pool>> replicas;
  std::vector<std::optional<std::chrono::seconds>> behind =
      std::vector<std::optional<std::chrono::seconds>>(replicas.size());  // of each replica
  std::uint64_t epoch = 0;
  std::int64_t last_id = 0;

  MysqlConversationLog log{pool, runtime.executor, runtime.ids, options.log};
  MysqlMessageStore messages{pool, pointers(replicas), options.replica};
  MysqlConversationStore conversations{pool};
  MysqlGroupStore groups{pool};
  MysqlUserStore users{pool};
  MysqlSessionStore sessions{pool};
  MysqlRelationStore relations{pool};
  MysqlIdempotencyStore keys{pool};
};

Store::Store(StoreOptions options, StoreRuntime runtime)
    : parts_{std::make_unique<Parts>(std::move(options), std::move(runtime))} {}

Store::~Store() = default;

Task<Result<std::vector<std::string>>> Store::migrate_up(Deadline deadline) {
  auto lease = co_await parts_->pool.lease(deadline);
  if (!lease) co_return std::move(lease).error();
  co_return co_await migrate(&**lease, parts_->order(), deadline);
}

Task<Result<void>> Store::open(Deadline deadline) {
  auto lease = co_await parts_->pool.lease(deadline);
  if (!lease) co_return std::move(lease).error();
  auto identity = co_await check_schema(&**lease, parts_->order(), deadline);
  if (!identity) co_return std::move(identity).error();
  auto highest = co_await highest_id(&**lease, deadline);
  if (!highest) co_return std::move(highest).error();
  parts_->epoch = identity->epoch;
  parts_->last_id = *highest;
  co_return Unit{};
}

Task<Result<std::vector<Finding>>> Store::check(Mending mending) {
  co_return co_await check_store(&parts_->pool, mending);
}

Task<> Store::close() {
  co_await parts_->log.close();
  co_await parts_->pool.close();
  for (const auto& replica : parts_->replicas) co_await replica->close();
}

ConversationLog& Store::log() { return parts_->log; }
MessageStore& Store::messages() { return parts_->messages; }
ConversationStore& Store::conversations() { return parts_->conversations; }
KnownList& Store::known_list() { return parts_->conversations; }
GroupStore& Store::groups() { return parts_->groups; }
UserStore& Store::users() { return parts_->users; }
SessionStore& Store::sessions() { return parts_->sessions; }
RelationStore& Store::relations() { return parts_->relations; }
IdempotencyStore& Store::keys() { return parts_->keys; }

std::uint64_t Store::epoch() const { return parts_->epoch; }
std::int64_t Store::last_id() const { return parts_->last_id; }
const Counts& Store::counts() const { return parts_->pool.counts(); }
PoolFigures Store::figures() const { return parts_->pool.figures(); }
const LogCounts& Store::log_counts() const { return parts_->log.counts(); }
std::size_t Store::log_waiting() const { return parts_->log.waiting(); }
const PageCounts& Store::page_counts() const { return parts_->messages.counts(); }

Task<Result<void>> Store::ping(Deadline deadline) {
  auto answered = co_await parts_->pool.read("SELECT 1", {}, deadline);
  if (!answered) co_return std::move(answered).error();
  co_return Unit{};
}

Task<> Store::look_at_replicas(Deadline deadline) {
  for (std::size_t n = 0; n < parts_->replicas.size(); ++n) {
    parts_->behind[n] = co_await seconds_behind(parts_->replicas[n].get(), deadline);
  }
}

std::size_t Store::replicas_left_alone() const { return parts_->messages.left_alone(); }

std::vector<ReplicaFigures> Store::replica_figures() const {
  std::vector<ReplicaFigures> figures;
  for (std::size_t n = 0; n < parts_->replicas.size(); ++n) {
    const ServerOptions& server = parts_->options.replicas[n];
    figures.push_back({server.host + ":" + std::to_string(server.port), parts_->behind[n],
                       parts_->replicas[n]->figures()});
  }
  return figures;
}

}  // namespace gochat::mysql

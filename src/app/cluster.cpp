#include "app/cluster.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "adapters/grpc/logic_service.hpp"
#include "adapters/grpc/repo_methods.hpp"
#include "app/backend_options.hpp"
#include "app/backend_tls.hpp"
#include "app/measures.hpp"
#include "app/measures_cluster.hpp"
#include "base/log.hpp"
#include "protocol/records.hpp"

namespace gochat::app {
namespace {

constexpr Duration try_time_max = std::chrono::seconds{5};
constexpr Duration replica_every = std::chrono::seconds{5};
constexpr Duration janitor_every = std::chrono::minutes{10};
// Of calls that run when the process ends.
constexpr Duration drain_time_max = std::chrono::seconds{5};

std::chrono::seconds gone_max(const Config& config) {
  return std::chrono::seconds{config.kafka.gone_gateway_seconds};
}

// Often enough that a gateway is gone for little longer than it may be.
Duration janitor_pause(const Config& config) {
  return std::min<Duration>(janitor_every, gone_max(config) / 2);
}

std::string listed(const std::vector<std::string>& addresses) {
  return fmt::format("{}", fmt::join(addresses, ", "));
}

}  // namespace

Cluster::Cluster(const Ground& ground)
    : ground_{ground},
      gate_{ground.loop.executor()},
      identity_{ground.config, ground.loop.timers(), ground.clock},
      patience_{ground.loop.timers(), ground.random},
      agreement_{ground_, gate_, patience_},
      replica_beat_{gate_, ground.loop.timers(), replica_every,
                    [this] { return look_at_replicas(); }},
      janitor_beat_{gate_, ground.loop.timers(), janitor_pause(ground.config),
                    [this] { return janitor_->run_once(); }} {}

Cluster::~Cluster() = default;

Task<Result<void>> Cluster::open() {
  if (auto identity = identity_.open(); !identity) co_return identity;
  // Before anything is waited for.
  if (auto unusable = judge_tls(ground_.config); !unusable.empty()) co_return unusable.front();
  if (auto agreement = co_await agreement_.open(); !agreement) co_return agreement;
  if (auto redis = co_await open_redis(); !redis) co_return redis;
  if (auto kafka = co_await open_kafka(); !kafka) co_return kafka;
  if (config::has_role(ground_.config, "repo")) {
    if (auto store = co_await open_store(); !store) co_return store;
  }
  const bool asks_repo =
      config::has_role(ground_.config, "logic") || config::has_role(ground_.config, "task");
  if (!store_ && asks_repo) {
    if (auto calls = co_await open_repo_calls(); !calls) co_return calls;
  }
  const bool asks_logic =
      config::has_role(ground_.config, "gateway") && !config::has_role(ground_.config, "logic");
  if (asks_logic) {
    if (auto calls = co_await open_logic_calls(); !calls) co_return calls;
  }
  make_server();
  co_return Result<void>{};
}

// It listens when there is something to serve, and what it counts has its names before.
void Cluster::make_server() {
  rpc::ServerOptions options = rpc_server_options(ground_.config);
  options.credentials.certificates = identity_.certificates();
  server_ = std::make_unique<rpc::Server>(ground_.loop.executor(), ground_.loop.timers(),
                                          std::move(options));
}

void Cluster::give_up() {
  patience_.give_up();
  for (const auto& reach : reaches_) reach->stop();
}

Task<Result<void>> Cluster::open_redis() {
  auto redis = RedisPorts::make(ground_);
  if (!redis) co_return redis.error();
  redis_ = std::move(*redis);
  Try attempt = [this] { return redis_->ask(); };
  co_return co_await patience_.wait_for("redis", listed(ground_.config.redis.addresses),
                                        std::move(attempt));
}

Task<Result<void>> Cluster::open_kafka() {
  const Config& config = ground_.config;
  auto queue = kafka::KafkaQueue::open(ground_.loop.executor(), ground_.loop.timers(),
                                       kafka_options(config));
  if (!queue) co_return queue.error();
  queue_ = std::move(*queue);
  patient_queue_ = std::make_unique<PatientQueue>(*queue_, [this](Try attempt) {
    return patience_.wait_for("kafka", listed(ground_.config.kafka.brokers), std::move(attempt));
  });
  dead_letters_ = std::make_unique<kafka::KafkaDeadLetters>(*queue_, ground_.loop.timers());
  const auto lanes = static_cast<std::int32_t>(config.kafka.lanes);
  auto there = co_await patient_queue_->ensure_topic(std::string{protocol::upstream_topic}, lanes);
  const Leadership* const sweeping = agreement_.sweeping();
  if (!there || sweeping == nullptr) co_return there;
  janitor_ = std::make_unique<TopicJanitor>(
      TopicJanitor::Rooms{*queue_, agreement_.client(), agreement_.coordinator(),
                          agreement_.directory(), redis_->registry, *sweeping, ground_.clock},
      gone_max(config));
  janitor_beat_.start();
  co_return there;
}

Task<Result<void>> Cluster::open_store() {
  const Config& config = ground_.config;
  store_ = std::make_unique<mysql::Store>(
      mysql_options(config), mysql::StoreRuntime{ground_.loop.executor(), ground_.loop.timers(),
                                                 ground_.clock, ground_.random, agreement_.ids()});
  Try attempt = [this] { return store_->open(ground_.loop.timers().now() + try_time_max); };
  auto opened = co_await patience_.wait_for("mysql", config.mysql.address, std::move(attempt));
  if (!opened) co_return opened;
  depend_on("database answers",
            [this] { return store_->ping(ground_.loop.timers().now() + try_time_max); });
  if (!config.mysql.replicas.empty()) replica_beat_.start();
  co_return Result<void>{};
}

std::unique_ptr<rpc::Calls> Cluster::calls_to(std::string role) {
  rpc::CallsOptions options = calls_options(ground_.config);
  options.channel.credentials.certificates = identity_.certificates();
  options.role = std::move(role);
  return std::make_unique<rpc::Calls>(
      ground_.loop.executor(), ground_.loop.timers(), &agreement_.directory(),
      [this] { return ground_.random.number(); }, std::move(options));
}

// A role that answers has what it stands on in its turn.
template <class Client>
Task<Result<void>> Cluster::wait_for_role(std::string role, Client* client) {
  Try attempt = [client]() -> Task<Result<void>> {
    auto epoch = co_await client->api().messages.epoch();
    if (!epoch) co_return epoch.error();
    co_return Result<void>{};
  };
  auto there = co_await patience_.wait_for(role, "the directory", attempt);
  if (there) depend_on(role + " answers", std::move(attempt));
  co_return there;
}

void Cluster::depend_on(std::string what, Reach::Ask ask) {
  reaches_.push_back(std::make_unique<Reach>(gate_, ground_.loop.timers(), ground_.health,
                                             std::move(what), std::move(ask)));
  reaches_.back()->start();
}

Task<Result<void>> Cluster::open_repo_calls() {
  repo_calls_ = calls_to("repo");
  co_await repo_calls_->start();
  repo_client_ = std::make_unique<rpc::RepoClient>(*repo_calls_);
  co_return co_await wait_for_role("repo", repo_client_.get());
}

Task<Result<void>> Cluster::open_logic_calls() {
  logic_calls_ = calls_to("logic");
  co_await logic_calls_->start();
  logic_client_ = std::make_unique<rpc::LogicClient>(*logic_calls_);
  co_return co_await wait_for_role("logic", logic_client_.get());
}

Task<> Cluster::look_at_replicas() {
  co_await store_->look_at_replicas(ground_.loop.timers().now() + try_time_max);
}

Ports Cluster::ports() {
  Ports ports{.queue = *patient_queue_,
              .dead_letters = *dead_letters_,
              .registry = redis_->registry,
              .directory = agreement_.directory(),
              .tickets = redis_->tickets,
              .tails = redis_->tails,
              .ids = agreement_.ids(),
              .limiter = redis_->limiter,
              .tries = redis_->tries,
              .online = redis_->online,
              .sweeping = agreement_.sweeping(),
              .queue_is_durable = true};
  if (store_) {
    mysql::Store& store = *store_;
    ports.stores.emplace(repo::Stores{store.log(), store.messages(), store.conversations(),
                                      store.groups(), store.users(), store.sessions(),
                                      store.relations(), store.keys(), ground_.hasher,
                                      redis_->inboxes, fmt::format("{:016x}", store.epoch()),
                                      redis_->copies(store.known_list(), ground_.loop.timers())});
  }
  if (repo_client_) ports.repo.emplace(repo_client_->api());
  if (logic_client_) ports.logic.emplace(logic_client_->api());
  return ports;
}

void Cluster::name_measures(metrics::Registry& measures) {
  agreement_.name_measures(measures);
  name_redis(measures, *redis_->client);
  name_limits(measures, redis_->limiter, redis_->tries);
  name_kafka(measures, *queue_);
  name_identity(measures, identity_.certificate());
  name_dead_letters(measures, [this](const auto& topic) { return dead_letters_->kept(topic); });
  if (janitor_) name_janitor(measures, *janitor_);
  if (store_) name_mysql(measures, *store_);
  if (repo_calls_) name_calls(measures, "repo", *repo_calls_);
  if (logic_calls_) name_calls(measures, "logic", *logic_calls_);
  name_served(measures, *server_);
}

Task<Result<void>> Cluster::serve(Served served) {
  const Config& config = ground_.config;
  if (served.repo != nullptr) {
    server_->add(rpc::repo_methods(
        {*served.repo, redis_->registry, agreement_.ids(), ground_.clock, served.shown}));
  }
  if (served.logic != nullptr) server_->add(rpc::logic_methods(*served.logic, *served.sends));
  if (auto listening = server_->start(); !listening) co_return listening;
  identity_.watch([this](const rpc::Certificates& renewed) {
    server_->use(renewed);
    if (repo_calls_) repo_calls_->use(renewed);
    if (logic_calls_) logic_calls_->use(renewed);
  });
  ground_.health.tell([this](bool ready) { server_->set_serving(ready); });
  for (const char* role : {"gateway", "logic", "repo", "task"}) {
    if (!config::has_role(config, role)) continue;
    Instance self{role, config.server.instance, ground_.boot, advertised(config)};
    if (auto announced = co_await agreement_.directory().announce(std::move(self)); !announced) {
      // It is announced again with the next beat.
      log::warn("not in the directory yet", {{log::Field::reason, announced.error().detail}});
    }
  }
  co_return Result<void>{};
}

Task<> Cluster::stop_serving() {
  co_await agreement_.leave();
  if (server_) co_await server_->stop(drain_time_max);
}

void Cluster::apply(const Config& wanted) { identity_.apply(wanted); }

Task<> Cluster::close() {
  identity_.stop();
  agreement_.stop();
  replica_beat_.stop();
  janitor_beat_.stop();
  co_await gate_.close();
  if (logic_calls_) co_await logic_calls_->stop();
  if (repo_calls_) co_await repo_calls_->stop();
  if (store_) co_await store_->close();
  if (redis_) co_await redis_->stop();
  co_await agreement_.close();
}

}  // namespace gochat::app

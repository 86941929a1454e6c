#include "app/cluster.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "adapters/grpc/logic_service.hpp"
#include "adapters/grpc/repo_methods.hpp"
#include "app/backend_options.hpp"
#include "app/measures.hpp"
#include "app/measures_cluster.hpp"
#include "async/retry.hpp"
#include "base/log.hpp"
#include "domain/snowflake.hpp"
#include "protocol/records.hpp"

namespace gochat::app {
namespace {

constexpr RetryPolicy waiting{.first_delay_max = std::chrono::milliseconds{200},
                              .delay_max = std::chrono::seconds{2}};
constexpr Duration try_time_max = std::chrono::seconds{5};
// How far ids may run ahead of what the next holder of the machine number is told.
constexpr std::chrono::seconds ceiling_ahead{10};
constexpr Duration ceiling_every = std::chrono::seconds{5};
constexpr Duration machine_every = std::chrono::hours{1};
constexpr Duration replica_every = std::chrono::seconds{5};
constexpr Duration janitor_every = std::chrono::minutes{10};
// Of calls that run when the process ends.
constexpr Duration drain_time_max = std::chrono::seconds{5};

// Of all folders in the world this one: the lock in it keeps a second process of this machine away.
std::string home_name(const sqlite::HomeDirectory& directory) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}:{}", host.data(), std::filesystem::absolute(directory.path()).native());
}

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
      ceiling_beat_{gate_, ground.loop.timers(), ceiling_every,
                    [this]() -> Task<> { (void)co_await raise_ceiling(); }},
      machine_beat_{gate_, ground.loop.timers(), machine_every, [this] { return renew_machine(); }},
      replica_beat_{gate_, ground.loop.timers(), replica_every,
                    [this] { return look_at_replicas(); }},
      janitor_beat_{gate_, ground.loop.timers(), janitor_pause(ground.config),
                    [this] { return janitor_->run_once(); }} {}

Cluster::~Cluster() = default;

Task<Result<void>> Cluster::open() {
  if (auto identity = identity_.open(); !identity) co_return identity;
  if (auto shared = co_await open_shared_configuration(); !shared) co_return shared;
  if (auto agreement = co_await open_agreement(); !agreement) co_return agreement;
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
  co_return Result<void>{};
}

void Cluster::give_up() {
  giving_up_ = true;
  waiting_.notify();
  for (const auto& reach : reaches_) reach->stop();
}

Task<Result<void>> Cluster::wait_for(std::string backend, std::string address, Try attempt) {
  for (std::uint32_t tries = 1;; ++tries) {
    auto there = co_await attempt();
    if (giving_up_) {
      co_return failed(ErrorCode::unavailable,
                       fmt::format("ended while it waited for {} at {}", backend, address));
    }
    if (there || !error_row(there.code()).retryable) co_return there;
    if (tries == 1) {
      log::warn("waits for what it stands on", {{log::Field::component, backend},
                                                {log::Field::address, address},
                                                {log::Field::reason, there.error().detail}});
    }
    co_await waiting_.wait(ground_.loop.timers(),
                           full_jitter(waiting, tries, ground_.random.number()));
  }
}

// First of all: what follows is made of what it says.
Task<Result<void>> Cluster::open_shared_configuration() {
  etcd_ = std::make_unique<etcd::Client>(etcd_options(ground_.config));
  shared_ = std::make_unique<SharedConfiguration>(*etcd_, gate_, ground_.loop.timers(),
                                                  ground_.configuration);
  Try attempt = [this] { return shared_->open(); };
  auto read = co_await wait_for("etcd", listed(ground_.config.etcd.endpoints), std::move(attempt));
  if (read) shared_->start();
  co_return read;
}

Task<Result<void>> Cluster::open_agreement() {
  const Config& config = ground_.config;
  Timers& timers = ground_.loop.timers();
  directory_ = std::make_unique<etcd::EtcdDirectory>(
      *etcd_, ground_.loop.executor(), timers,
      etcd::DirectoryOptions{.lease = std::chrono::seconds{config.etcd.lease_seconds},
                             .version = GOCHAT_VERSION});
  coordinator_ = std::make_unique<etcd::EtcdCoordinator>(
      *etcd_, ground_.loop.executor(), timers,
      etcd::CoordinatorOptions{.home = home_name(ground_.directory)});
  MachineLease lease;
  Try attempt = [this, &lease]() -> Task<Result<void>> {
    auto leased = co_await coordinator_->lease_machine(ground_.config.server.instance);
    if (!leased) co_return leased.error();
    lease = *leased;
    co_return Result<void>{};
  };
  if (auto there = co_await wait_for("etcd", listed(config.etcd.endpoints), std::move(attempt));
      !there) {
    co_return there;
  }
  machine_ = lease.machine;
  ids_ =
      std::make_unique<memory::SnowflakeIds>(lease, lease.last_issued_floor, ground_.clock, timers);
  // Before the first id is issued.
  Try raise = [this] { return raise_ceiling(); };
  auto raised = co_await wait_for("etcd", listed(config.etcd.endpoints), std::move(raise));
  if (!raised) co_return raised;
  ceiling_beat_.start();
  machine_beat_.start();
  if (!config::has_role(config, "logic")) co_return Result<void>{};
  auto sweeping = co_await coordinator_->campaign("sweeping", config.server.instance);
  if (!sweeping) co_return sweeping.error();
  sweeping_ = std::move(*sweeping);
  co_return Result<void>{};
}

Task<Result<void>> Cluster::raise_ceiling() {
  Snowflake ahead{machine_, ids_->last()};
  co_return co_await coordinator_->keep_floor(machine_,
                                              ahead.next(ground_.clock.now() + ceiling_ahead));
}

Task<> Cluster::renew_machine() {
  const auto lease = co_await coordinator_->lease_machine(ground_.config.server.instance);
  if (lease && lease->machine == machine_) {
    ids_->extend(lease->usable_until);
  } else if (lease) {
    log::error("the machine number went to another process; this one ends before its ids repeat",
               {{log::Field::count, machine_}});
    ids_->extend(ground_.loop.timers().now());
  }
}

Task<Result<void>> Cluster::open_redis() {
  const Config& config = ground_.config;
  auto client = redis::Client::make(
      ground_.loop.context(), ground_.loop.timers(), [this] { return ground_.random.number(); },
      redis_options(config));
  if (!client) co_return client.error();
  redis_ = std::move(*client);
  registry_ = std::make_unique<redis::RedisSessionRegistry>(
      *redis_, redis::RegistryLimits{.lease = std::chrono::seconds{config.gateway.lease_seconds}});
  tickets_ = std::make_unique<redis::RedisTickets>(*redis_);
  limiter_ = std::make_unique<redis::RedisRateLimiter>(*redis_, ground_.loop.executor());
  tries_ = std::make_unique<redis::RedisFailedTries>(*redis_);
  online_ = std::make_unique<redis::RedisOnlineCount>(*redis_);
  tails_ = std::make_unique<redis::RedisTails>(*redis_);
  inboxes_ = std::make_unique<redis::RedisInboxes>(*redis_);
  values_ = std::make_unique<redis::RedisCache>(*redis_);
  sets_ = std::make_unique<redis::RedisSetCache>(*redis_, redis::SetKind::plain);
  ranked_sets_ = std::make_unique<redis::RedisSetCache>(*redis_, redis::SetKind::ranked);
  hot_ = std::make_unique<redis::RedisHotMessages>(*redis_);
  seqs_ = std::make_unique<redis::RedisSeqProposals>(*redis_);
  Try attempt = [this]() -> Task<Result<void>> {
    auto online = co_await registry_->online({UserId{1}});
    if (!online) co_return online.error();
    co_return Result<void>{};
  };
  co_return co_await wait_for("redis", listed(config.redis.addresses), std::move(attempt));
}

Task<Result<void>> Cluster::open_kafka() {
  const Config& config = ground_.config;
  auto queue = kafka::KafkaQueue::open(ground_.loop.executor(), ground_.loop.timers(),
                                       kafka_options(config));
  if (!queue) co_return queue.error();
  queue_ = std::move(*queue);
  patient_queue_ = std::make_unique<PatientQueue>(*queue_, [this](Try attempt) {
    return wait_for("kafka", listed(ground_.config.kafka.brokers), std::move(attempt));
  });
  dead_letters_ = std::make_unique<kafka::KafkaDeadLetters>(*queue_, ground_.loop.timers());
  const auto lanes = static_cast<std::int32_t>(config.kafka.lanes);
  auto there = co_await patient_queue_->ensure_topic(std::string{protocol::upstream_topic}, lanes);
  if (!there || !sweeping_) co_return there;
  janitor_ = std::make_unique<TopicJanitor>(
      TopicJanitor::Rooms{*queue_, *etcd_, *coordinator_, *directory_, *registry_, *sweeping_,
                          ground_.clock},
      gone_max(config));
  janitor_beat_.start();
  co_return there;
}

Task<Result<void>> Cluster::open_store() {
  const Config& config = ground_.config;
  store_ = std::make_unique<mysql::Store>(
      mysql_options(config), mysql::StoreRuntime{ground_.loop.executor(), ground_.loop.timers(),
                                                 ground_.clock, ground_.random, *ids_});
  Try attempt = [this] { return store_->open(ground_.loop.timers().now() + try_time_max); };
  auto opened = co_await wait_for("mysql", config.mysql.address, std::move(attempt));
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
      ground_.loop.executor(), ground_.loop.timers(), directory_.get(),
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
  auto there = co_await wait_for(role, "the directory", attempt);
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
              .registry = *registry_,
              .directory = *directory_,
              .tickets = *tickets_,
              .tails = *tails_,
              .ids = *ids_,
              .limiter = *limiter_,
              .tries = *tries_,
              .online = *online_,
              .sweeping = sweeping_.get(),
              .queue_is_durable = true};
  if (store_) {
    mysql::Store& store = *store_;
    ports.stores.emplace(
        repo::Stores{store.log(), store.messages(), store.conversations(), store.groups(),
                     store.users(), store.sessions(), store.relations(), store.keys(),
                     ground_.hasher, *inboxes_, fmt::format("{:016x}", store.epoch()),
                     repo::CopyPorts{*values_, *sets_, *ranked_sets_, *hot_, *seqs_,
                                     store.known_list(), ground_.loop.timers()}});
  }
  if (repo_client_) ports.repo.emplace(repo_client_->api());
  if (logic_client_) ports.logic.emplace(logic_client_->api());
  return ports;
}

void Cluster::name_measures(metrics::Registry& measures) {
  name_ids(measures, *ids_);
  name_agreement(measures, *etcd_, *directory_, *ids_);
  name_shared_configuration(measures, *shared_);
  name_redis(measures, *redis_);
  name_limits(measures, *limiter_, *tries_);
  name_kafka(measures, *queue_);
  name_identity(measures, identity_.certificate());
  name_dead_letters(measures, [this](const auto& topic) { return dead_letters_->kept(topic); });
  if (janitor_) name_janitor(measures, *janitor_);
  if (store_) name_mysql(measures, *store_);
  if (repo_calls_) name_calls(measures, "repo", *repo_calls_);
  if (logic_calls_) name_calls(measures, "logic", *logic_calls_);
}

Task<Result<void>> Cluster::serve(Served served) {
  const Config& config = ground_.config;
  rpc::ServerOptions options = rpc_server_options(config);
  options.credentials.certificates = identity_.certificates();
  server_ = std::make_unique<rpc::Server>(ground_.loop.executor(), ground_.loop.timers(),
                                          std::move(options));
  if (served.repo != nullptr) {
    server_->add(rpc::repo_methods({*served.repo, *registry_, *ids_, ground_.clock, served.shown}));
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
    if (auto announced = co_await directory_->announce(std::move(self)); !announced) {
      // It is announced again with the next beat.
      log::warn("not in the directory yet", {{log::Field::reason, announced.error().detail}});
    }
  }
  co_return Result<void>{};
}

Task<> Cluster::stop_serving() {
  if (directory_) co_await directory_->stop();
  if (server_) co_await server_->stop(drain_time_max);
}

void Cluster::apply(const Config& wanted) { identity_.apply(wanted); }

Task<> Cluster::close() {
  identity_.stop();
  if (shared_) shared_->stop();
  ceiling_beat_.stop();
  machine_beat_.stop();
  replica_beat_.stop();
  janitor_beat_.stop();
  co_await gate_.close();
  if (logic_calls_) co_await logic_calls_->stop();
  if (repo_calls_) co_await repo_calls_->stop();
  if (store_) co_await store_->close();
  if (limiter_) co_await limiter_->stop();
  if (redis_) co_await redis_->stop();
  sweeping_.reset();
  if (coordinator_) co_await coordinator_->stop();
}

}  // namespace gochat::app

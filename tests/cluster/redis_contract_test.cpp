// The adapters of Redis pass the suites of their ports, on one server and on a Cluster of three
// masters, where keys of two slots in one command would be refused.
#include <gtest/gtest.h>

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
#include "cluster/redis_ground.hpp"
#include "contract/copies_contracts.hpp"
#include "contract/people_contracts.hpp"
#include "contract/small_ports_contracts.hpp"
#include "support/manual_clock.hpp"

namespace gochat::contract {
namespace {

using cluster::RedisGround;
using support::TaskLoop;

template <class Port, class Adapter>
class RedisSubject final : public Subject<Port> {
 public:
  using Make = std::function<std::unique_ptr<Adapter>(redis::Client&)>;

  RedisSubject(redis::Options options, const Make& make)
      : ground_{std::move(options)},
        adapter_{make(ground_.client())},
        another_{make(ground_.another(ground_.options()))} {}
  TaskLoop& loop() override { return ground_.loop(); }
  Port& port() override { return *adapter_; }
  Port& another() override { return *another_; }

 private:
  RedisGround ground_;
  std::unique_ptr<Adapter> adapter_;
  std::unique_ptr<Adapter> another_;
};

template <class Port, class Adapter>
SubjectFactory<Port> subject(std::string name, std::optional<redis::Options> (*find)(),
                             typename RedisSubject<Port, Adapter>::Make make) {
  return {std::move(name), [find, make]() -> std::unique_ptr<Subject<Port>> {
            auto options = find();
            if (!options) return nullptr;
            return std::make_unique<RedisSubject<Port, Adapter>>(std::move(*options), make);
          }};
}

template <class Port, class Adapter>
auto on_redis(typename RedisSubject<Port, Adapter>::Make make) {
  return ::testing::Values(subject<Port, Adapter>("redis", cluster::standalone, make),
                           subject<Port, Adapter>("redis_cluster", cluster::redis_cluster, make));
}

// Thousands of connections take longer to register than the suite lets a lease last, which it
// counts in the time of one process: those that come many at once are held for good.
class PatientRegistry final : public SessionRegistry {
 public:
  explicit PatientRegistry(redis::Client& client)
      : brief_{client, {.lease = 2 * brief - brief / 8}}, lasting_{client, {.lease = lasting}} {}

  Task<Result<void>> add(RegisteredConnection connection) override {
    return brief_.add(std::move(connection));
  }
  Task<Result<void>> remove(UserId user, ConnectionId connection) override {
    return brief_.remove(user, connection);
  }
  Task<Result<std::vector<ConnectionId>>> refresh(std::vector<RegisteredConnection> all) override {
    return (all.size() < 1'000 ? brief_ : lasting_).refresh(std::move(all));
  }
  Task<Result<std::vector<GatewayRecipients>>> locate(std::vector<UserId> users) override {
    return brief_.locate(std::move(users));
  }
  Task<Result<std::vector<GatewayRecipients>>> gateways() override { return brief_.gateways(); }
  Task<Result<std::vector<UserId>>> online(std::vector<UserId> users) override {
    return brief_.online(std::move(users));
  }

 private:
  redis::RedisSessionRegistry brief_;
  redis::RedisSessionRegistry lasting_;
};

const auto registry = on_redis<SessionRegistry, PatientRegistry>(
    [](redis::Client& client) { return std::make_unique<PatientRegistry>(client); });
const auto cache = on_redis<Cache, redis::RedisCache>(
    [](redis::Client& client) { return std::make_unique<redis::RedisCache>(client); });
const auto tickets = on_redis<TicketStore, redis::RedisTickets>(
    [](redis::Client& client) { return std::make_unique<redis::RedisTickets>(client); });
const auto inboxes = on_redis<InboxStore, redis::RedisInboxes>(
    [](redis::Client& client) { return std::make_unique<redis::RedisInboxes>(client); });
const auto tries = on_redis<FailedTries, redis::RedisFailedTries>([](redis::Client& client) {
  return std::make_unique<redis::RedisFailedTries>(
      client, redis::FailedTriesLimits{.time_max = std::chrono::seconds{5}});
});

const auto online = on_redis<OnlineCount, redis::RedisOnlineCount>([](redis::Client& client) {
  return std::make_unique<redis::RedisOnlineCount>(
      client, redis::OnlineCountLimits{.lease = OnlineCountContract::silent - brief / 8});
});

// Limiters settle on their own, and stop before their clients do.
class LimiterSubject final : public Subject<RateLimiter> {
 public:
  explicit LimiterSubject(redis::Options options) : ground_{std::move(options)} {}
  ~LimiterSubject() override {
    loop().run(limiter_.stop());
    loop().run(another_.stop());
  }
  TaskLoop& loop() override { return ground_.loop(); }
  RateLimiter& port() override { return limiter_; }
  RateLimiter& another() override { return another_; }

 private:
  static constexpr redis::RateLimiterLimits patient{.time_max = std::chrono::seconds{5}};

  RedisGround ground_;
  redis::RedisRateLimiter limiter_{ground_.client(), ground_.executor(), patient};
  redis::RedisRateLimiter another_{ground_.another(ground_.options()), ground_.executor(), patient};
};

SubjectFactory<RateLimiter> limiter_on(std::string name, std::optional<redis::Options> (*find)()) {
  return {std::move(name), [find]() -> std::unique_ptr<Subject<RateLimiter>> {
            auto options = find();
            if (!options) return nullptr;
            return std::make_unique<LimiterSubject>(std::move(*options));
          }};
}
const auto limiter = ::testing::Values(limiter_on("redis", cluster::standalone),
                                       limiter_on("redis_cluster", cluster::redis_cluster));

const auto proposals = on_redis<SeqProposals, redis::RedisSeqProposals>(
    [](redis::Client& client) { return std::make_unique<redis::RedisSeqProposals>(client); });
const auto hot_messages = on_redis<HotMessages, redis::RedisHotMessages>(
    [](redis::Client& client) { return std::make_unique<redis::RedisHotMessages>(client); });
const auto sets = on_redis<SetCache, redis::RedisSetCache>([](redis::Client& client) {
  return std::make_unique<redis::RedisSetCache>(client, redis::SetKind::plain);
});
const auto ranked_sets = on_redis<SetCache, redis::RedisSetCache>([](redis::Client& client) {
  return std::make_unique<redis::RedisSetCache>(client, redis::SetKind::ranked);
});

INSTANTIATE_TEST_SUITE_P(Redis, SeqProposalsContract, proposals, subject_name);
INSTANTIATE_TEST_SUITE_P(Redis, HotMessagesContract, hot_messages, subject_name);
INSTANTIATE_TEST_SUITE_P(Redis, SetCacheContract, sets, subject_name);
INSTANTIATE_TEST_SUITE_P(RedisRanked, SetCacheContract, ranked_sets, subject_name);
INSTANTIATE_TEST_SUITE_P(Redis, SessionRegistryContract, registry, subject_name);
INSTANTIATE_TEST_SUITE_P(Redis, CacheContract, cache, subject_name);
INSTANTIATE_TEST_SUITE_P(Redis, TicketStoreContract, tickets, subject_name);
INSTANTIATE_TEST_SUITE_P(Redis, InboxStoreContract, inboxes, subject_name);
INSTANTIATE_TEST_SUITE_P(Redis, RateLimiterContract, limiter, subject_name);
INSTANTIATE_TEST_SUITE_P(Redis, FailedTriesContract, tries, subject_name);
INSTANTIATE_TEST_SUITE_P(Redis, OnlineCountContract, online, subject_name);

// Of the stores Redis keeps tails alone.
class TailStores final : public Stores {
 public:
  explicit TailStores(redis::Options options) : ground_{std::move(options)} {}
  TaskLoop& loop() override { return ground_.loop(); }
  WallTime now() override { return clock_.now(); }
  ConversationLog& log() override { throw absent(); }
  MessageStore& messages() override { throw absent(); }
  ConversationStore& conversations() override { throw absent(); }
  GroupStore& groups() override { throw absent(); }
  UserStore& users() override { throw absent(); }
  SessionStore& sessions() override { throw absent(); }
  RelationStore& relations() override { throw absent(); }
  IdempotencyStore& keys() override { throw absent(); }
  TailStore& tails() override { return tails_; }

 private:
  static std::logic_error absent() { return std::logic_error{"Redis keeps no such store"}; }

  RedisGround ground_;
  support::ManualClock clock_;
  redis::RedisTails tails_{ground_.client()};
};

StoresFactory stores(std::string name, std::optional<redis::Options> (*find)()) {
  return {std::move(name), [find]() -> std::unique_ptr<Stores> {
            auto options = find();
            if (!options) return nullptr;
            return std::make_unique<TailStores>(std::move(*options));
          }};
}

INSTANTIATE_TEST_SUITE_P(Redis, TailStoreContract,
                         ::testing::Values(stores("redis", cluster::standalone),
                                           stores("redis_cluster", cluster::redis_cluster)),
                         factory_name);

}  // namespace
}  // namespace gochat::contract

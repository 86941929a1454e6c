#include "app/agreement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "app/backend_options.hpp"
#include "app/measures.hpp"
#include "app/measures_cluster.hpp"
#include "base/log.hpp"
#include "domain/snowflake.hpp"

namespace gochat::app {
namespace {

// How far ids may run ahead of what the next holder of the machine number is told.
constexpr std::chrono::seconds ceiling_ahead{10};
constexpr Duration machine_kept_every = std::chrono::seconds{5};
constexpr int renewals_per_machine_lease = 24;

Duration machine_lease(const config::Config& config) {
  return std::chrono::seconds{config.etcd.machine_lease_seconds};
}

// Of all folders in the world this one: the lock in it keeps a second process of this machine away.
std::string home_name(const sqlite::HomeDirectory& directory) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}:{}", host.data(), std::filesystem::absolute(directory.path()).native());
}

}  // namespace

Agreement::Agreement(const Ground& ground, Gate& gate, Patience& patience)
    : ground_{ground},
      gate_{gate},
      patience_{patience},
      machine_beat_{gate, ground.loop.timers(), machine_kept_every,
                    [this] { return keep_machine(); }} {}

Task<Result<void>> Agreement::wait_for_etcd(Patience::Try attempt) {
  return patience_.wait_for("etcd",
                            fmt::format("{}", fmt::join(ground_.config.etcd.endpoints, ", ")),
                            std::move(attempt));
}

Task<Result<void>> Agreement::open() {
  if (auto shared = co_await open_shared_configuration(); !shared) co_return shared;
  const Config& config = ground_.config;
  Timers& timers = ground_.loop.timers();
  directory_ = std::make_unique<etcd::EtcdDirectory>(
      *etcd_, ground_.loop.executor(), timers,
      etcd::DirectoryOptions{.lease = std::chrono::seconds{config.etcd.lease_seconds},
                             .version = GOCHAT_VERSION});
  coordinator_ = std::make_unique<etcd::EtcdCoordinator>(
      *etcd_, ground_.loop.executor(), timers,
      etcd::CoordinatorOptions{.home = home_name(ground_.directory),
                               .machine_lease = machine_lease(config)});
  if (auto leased = co_await lease_machine(); !leased) co_return leased;
  if (!config::has_role(config, "logic")) co_return Result<void>{};
  auto sweeping = co_await coordinator_->campaign("sweeping", config.server.instance);
  if (!sweeping) co_return sweeping.error();
  sweeping_ = std::move(*sweeping);
  co_return Result<void>{};
}

Task<Result<void>> Agreement::open_shared_configuration() {
  auto options = etcd_options(ground_.config);
  if (!options) co_return std::move(options).error();
  etcd_ = std::make_unique<etcd::Client>(
      ground_.loop.timers(), [&random = ground_.random] { return random.number(); },
      *std::move(options));
  shared_ = std::make_unique<SharedConfiguration>(*etcd_, gate_, ground_.loop.timers(),
                                                  ground_.configuration);
  Patience::Try attempt = [this] { return shared_->open(); };
  auto read = co_await wait_for_etcd(std::move(attempt));
  if (read) shared_->start();
  co_return read;
}

Task<Result<void>> Agreement::lease_machine() {
  MachineLease lease;
  Patience::Try attempt = [this, &lease]() -> Task<Result<void>> {
    auto leased = co_await coordinator_->lease_machine(ground_.config.server.instance);
    if (!leased) co_return leased.error();
    lease = *leased;
    co_return Result<void>{};
  };
  if (auto there = co_await wait_for_etcd(std::move(attempt)); !there) co_return there;
  machine_ = lease.machine;
  ids_ = std::make_unique<memory::SnowflakeIds>(lease, lease.last_issued_floor, ground_.clock,
                                                ground_.loop.timers());
  // Before the first id is issued.
  Patience::Try raise = [this] { return raise_ceiling(); };
  if (auto raised = co_await wait_for_etcd(std::move(raise)); !raised) co_return raised;
  machine_is_leased();
  machine_beat_.start();
  co_return Result<void>{};
}

Task<Result<void>> Agreement::raise_ceiling() {
  Snowflake ahead{machine_, ids_->last()};
  co_return co_await coordinator_->keep_floor(machine_,
                                              ahead.next(ground_.clock.now() + ceiling_ahead));
}

Task<> Agreement::keep_machine() {
  (void)co_await raise_ceiling();
  if (ground_.loop.timers().now() >= machine_due_) co_await renew_machine();
}

void Agreement::machine_is_leased() {
  machine_overdue_ = false;
  machine_due_ =
      ground_.loop.timers().now() + machine_lease(ground_.config) / renewals_per_machine_lease;
}

Task<> Agreement::renew_machine() {
  const auto lease = co_await coordinator_->lease_machine(ground_.config.server.instance);
  if (!lease && !machine_overdue_) {
    const auto left = std::chrono::floor<std::chrono::milliseconds>(
        ids_->lease_left().value_or(Duration::zero()));
    log::warn("the machine number was not leased anew; ids are issued for no longer than this",
              {{log::Field::reason, lease.error().detail}, {log::Field::ms, left.count()}});
  }
  machine_overdue_ = !lease;
  if (lease && lease->machine == machine_) {
    ids_->extend(lease->usable_until);
    machine_is_leased();
  } else if (lease) {
    log::error("the machine number went to another process; this one ends before its ids repeat",
               {{log::Field::count, machine_}});
    ids_->extend(ground_.loop.timers().now());
  }
}

void Agreement::name_measures(metrics::Registry& measures) {
  name_ids(measures, *ids_);
  name_agreement(measures, *etcd_, *directory_, *ids_);
  name_shared_configuration(measures, *shared_);
}

Task<> Agreement::leave() {
  if (directory_) co_await directory_->stop();
}

void Agreement::stop() {
  if (shared_) shared_->stop();
  machine_beat_.stop();
}

Task<> Agreement::close() {
  sweeping_.reset();
  if (coordinator_) co_await coordinator_->stop();
}

}  // namespace gochat::app

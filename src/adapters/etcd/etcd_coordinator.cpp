#include "adapters/etcd/etcd_coordinator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/etcd/candidacy.hpp"
#include "adapters/etcd/json.hpp"
#include "base/log.hpp"
#include "domain/snowflake.hpp"
#include "gochat/v1/registration.pb.h"

namespace gochat::etcd {
namespace {

constexpr int beats_per_lease = 3;
// Each one lost to another process that took the same number at the same moment.
constexpr int tries_max = 64;
constexpr std::string_view machines = "idgen/";
constexpr std::string_view floors = "floors/";
constexpr std::string_view lives = "alive/";

std::int64_t number_of(std::string_view text) {
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : -1;
}

std::string floor_key(std::int64_t machine) { return fmt::format("{}{}", floors, machine); }

}  // namespace

EtcdCoordinator::EtcdCoordinator(Client& client, boost::asio::any_io_executor executor,
                                 Timers& timers, CoordinatorOptions options)
    : client_{client},
      gate_{std::move(executor)},
      timers_{timers},
      options_{std::move(options)},
      beat_{gate_, timers, options_.life_lease / beats_per_lease, [this] { return live(); }} {
  beat_.start();
}

Task<Result<void>> EtcdCoordinator::hold_life() {
  if (life_ != no_lease) co_return Result<void>{};
  auto lease = co_await client_.grant(options_.life_lease);
  if (!lease) co_return lease.error();
  if (life_ != no_lease) {  // another claim asked at the same time, and its lease is in use
    (void)co_await client_.revoke(*lease);
    co_return Result<void>{};
  }
  life_ = *lease;
  co_return Result<void>{};
}

// Written only over nobody's entry or over one of this home, so of two at once one wins.
Task<Result<void>> EtcdCoordinator::claim_name(std::string instance) {
  if (auto held = co_await hold_life(); !held) co_return held;
  const LeaseId lease = life_;  // it may be lost meanwhile, and no entry may stand without one
  const std::string key = std::string{lives} + instance;
  for (int n = 0; n < tries_max; ++n) {
    auto entry = co_await client_.read(key);
    if (!entry) co_return entry.error();
    if (entry->modified != 0 && entry->value != options_.home) {
      co_return Error{
          ErrorCode::conflict,
          fmt::format("another process is alive under the instance name `{}`", instance),
          "give this one a server.instance of its own; if the other one has just died, wait a few "
          "seconds until its lease has run out"};
    }
    auto written = co_await client_.write_if(key, entry->modified, options_.home, lease);
    if (!written) co_return written.error();
    if (*written) {
      names_.insert(std::move(instance));
      co_return Result<void>{};
    }
  }
  co_return failed(ErrorCode::unavailable, "the instance name is fought over");
}

Task<Result<std::set<std::string>>> EtcdCoordinator::living() {
  auto entries = co_await client_.list(std::string{lives});
  if (!entries) co_return entries.error();
  std::set<std::string> names;
  for (const Entry& entry : *entries) names.insert(entry.key.substr(lives.size()));
  co_return names;
}

Task<> EtcdCoordinator::live() {
  if (names_.empty()) co_return;
  if (life_ != no_lease) {
    const auto alive = co_await client_.keep_alive(life_);
    if (alive && !*alive) {
      life_ = no_lease;
      for (const std::string& name : names_) unclaimed_.try_emplace(name, false);
    }
  }
  const auto unclaimed = unclaimed_;
  for (const auto& [name, told] : unclaimed) {
    const auto claimed = co_await claim_name(name);
    if (claimed) {
      unclaimed_.erase(name);
    } else if (claimed.code() == ErrorCode::conflict && !told) {
      unclaimed_[name] = true;
      log::error("another process took this one's instance name while etcd was out of reach",
                 {{log::Field::instance, name}});
    }
  }
}

Task<Result<std::int64_t>> EtcdCoordinator::take_number(std::string instance) {
  v1::MachineHolder holder;
  holder.set_instance(instance);
  holder.set_home(options_.home);
  const std::string value = to_json(holder);
  auto lease = co_await client_.grant(options_.machine_lease);
  if (!lease) co_return lease.error();
  for (int n = 0; n < tries_max; ++n) {
    auto entries = co_await client_.list(std::string{machines});
    if (!entries) co_return entries.error();
    std::set<std::int64_t> taken;
    std::int64_t number = -1;
    std::int64_t seen = 0;
    for (const Entry& entry : *entries) {
      const std::int64_t machine = number_of(std::string_view{entry.key}.substr(machines.size()));
      taken.insert(machine);
      v1::MachineHolder known;
      // One of this name from another folder may be alive beyond the reach of etcd, and mint.
      if (!from_json(entry.value, known) || known.instance() != instance ||
          known.home() != options_.home) {
        continue;
      }
      number = machine;
      seen = entry.modified;
    }
    // Whoever holds a number keeps it, also when its entry was lost.
    const auto held = numbers_.find(instance);
    if (number < 0 && held != numbers_.end() && !taken.contains(held->second)) {
      number = held->second;
    }
    for (std::int64_t free = 0; number < 0 && free <= snowflake_layout.machine_max(); ++free) {
      if (!taken.contains(free)) number = free;
    }
    if (number < 0) {
      co_return Error{ErrorCode::unavailable, "all machine numbers are taken",
                      "end instances that are not needed, and wait until their leases have run "
                      "out"};
    }
    auto written =
        co_await client_.write_if(fmt::format("{}{}", machines, number), seen, value, *lease);
    if (!written) co_return written.error();
    if (*written) {
      numbers_[instance] = number;
      co_return number;
    }
  }
  co_return failed(ErrorCode::unavailable, "machine numbers are fought over");
}

Task<Result<MachineLease>> EtcdCoordinator::lease_machine(std::string instance) {
  if (auto claimed = co_await claim_name(instance); !claimed) co_return claimed.error();
  const MonoTime asked = timers_.now();
  auto number = co_await take_number(std::move(instance));
  if (!number) co_return number.error();
  auto floor = co_await client_.read(floor_key(*number));
  if (!floor) co_return floor.error();
  const Duration margin = std::min(options_.machine_margin_max, options_.machine_lease / 10);
  co_return MachineLease{.machine = *number,
                         .last_issued_floor = std::max<std::int64_t>(0, number_of(floor->value)),
                         .usable_until = asked + options_.machine_lease - margin};
}

Task<Result<void>> EtcdCoordinator::keep_floor(std::int64_t machine, std::int64_t issued) {
  const std::string key = floor_key(machine);
  for (int n = 0; n < tries_max; ++n) {
    auto kept = co_await client_.read(key);
    if (!kept) co_return kept.error();
    if (number_of(kept->value) >= issued) co_return Result<void>{};
    auto written = co_await client_.write_if(key, kept->modified, std::to_string(issued), no_lease);
    if (!written) co_return written.error();
    if (*written) co_return Result<void>{};
  }
  co_return failed(ErrorCode::unavailable, "the floor is fought over");
}

Task<Result<std::unique_ptr<Leadership>>> EtcdCoordinator::campaign(std::string election,
                                                                    std::string instance) {
  co_return std::make_unique<Candidate>(
      client_, gate_, timers_,
      CandidacyOptions{std::move(election), std::move(instance), options_.life_lease,
                       options_.life_margin});
}

Task<> EtcdCoordinator::stop() {
  beat_.stop();
  co_await gate_.close();
  names_.clear();
  unclaimed_.clear();
  if (life_ != no_lease) {
    (void)co_await client_.revoke(life_);
    life_ = no_lease;
  }
}

}  // namespace gochat::etcd

#include "adapters/etcd/etcd_directory.hpp"

#include "adapters/etcd/json.hpp"
#include "base/log.hpp"
#include "gochat/v1/registration.pb.h"

namespace gochat::etcd {
namespace {

constexpr int beats_per_lease = 3;
constexpr std::string_view services = "services/";

}  // namespace

EtcdDirectory::EtcdDirectory(Client& client, boost::asio::any_io_executor executor, Timers& timers,
                             DirectoryOptions options)
    : client_{client},
      gate_{std::move(executor)},
      timers_{timers},
      options_{std::move(options)},
      beat_{gate_, timers, options_.lease / beats_per_lease, [this] { return keep(); }} {
  beat_.start();
}

std::string EtcdDirectory::key_of(const Instance& instance) {
  return std::string{services} + instance.role + "/" + instance.name;
}

std::string EtcdDirectory::value_of(const Instance& instance) const {
  v1::ListedInstance listed;
  listed.set_address(instance.address);
  listed.set_boot(instance.boot);
  listed.set_version(options_.version);
  return to_json(listed);
}

// The time counts from before the question: etcd's own clock starts later.
Task<Result<void>> EtcdDirectory::hold_lease() {
  if (lease_ != no_lease) co_return Result<void>{};
  const MonoTime asked = timers_.now();
  auto lease = co_await client_.grant(options_.lease);
  if (!lease) co_return lease.error();
  if (lease_ != no_lease) {  // somebody else asked at the same time, and theirs is in use
    (void)co_await client_.revoke(*lease);
    co_return Result<void>{};
  }
  lease_ = *lease;
  held_until_ = asked + options_.lease;
  co_return Result<void>{};
}

Task<Result<void>> EtcdDirectory::announce(Instance instance) {
  const std::string key = key_of(instance);
  announced_[key] = instance;
  if (auto held = co_await hold_lease(); !held) co_return held;
  auto written = co_await client_.write(key, value_of(instance), lease_);
  if (!written) lease_ = no_lease;  // with the next beat everything is written again
  co_return written;
}

Task<Result<void>> EtcdDirectory::withdraw(Instance instance) {
  const std::string key = key_of(instance);
  announced_.erase(key);
  co_return co_await client_.erase(key);
}

Task<Result<std::vector<Instance>>> EtcdDirectory::instances(std::string role) {
  const std::string begins = std::string{services} + role + "/";
  auto entries = co_await client_.list(begins);
  if (!entries) co_return std::move(entries).error();
  std::vector<Instance> instances;
  for (const Entry& entry : *entries) {
    v1::ListedInstance listed;
    if (!from_json(entry.value, listed)) {
      log::warn("an entry of the directory is unreadable and was left out",
                {{log::Field::key, entry.key}});
      continue;
    }
    instances.push_back({role, entry.key.substr(begins.size()), listed.boot(), listed.address()});
  }
  co_return instances;
}

Task<> EtcdDirectory::keep() {
  if (announced_.empty()) co_return;
  if (lease_ != no_lease) {
    const MonoTime asked = timers_.now();
    const auto alive = co_await client_.keep_alive(lease_);
    if (!alive) co_return;  // it is held as long as nobody says otherwise
    if (*alive) {
      held_until_ = asked + options_.lease;
      co_return;
    }
    log::warn("the lease in etcd ran out; announcing again");
    lease_ = no_lease;
  }
  if (auto held = co_await hold_lease(); !held) co_return;
  const auto announced = announced_;
  for (const auto& [key, instance] : announced) {
    if (!announced_.contains(key)) continue;
    if (auto written = co_await client_.write(key, value_of(instance), lease_); !written) {
      lease_ = no_lease;  // begins anew with the next beat
      co_return;
    }
  }
}

Duration EtcdDirectory::lease_left() const {
  return std::max(Duration::zero(), held_until_ - timers_.now());
}

Task<> EtcdDirectory::stop() {
  beat_.stop();
  co_await gate_.close();
  announced_.clear();
  if (lease_ != no_lease) {
    (void)co_await client_.revoke(lease_);
    lease_ = no_lease;
  }
}

}  // namespace gochat::etcd

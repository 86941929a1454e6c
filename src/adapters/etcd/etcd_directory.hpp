// Instances as entries under a lease: whoever dies is listed until the lease runs out.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <string>
#include <utility>

#include "adapters/etcd/etcd_client.hpp"
#include "async/beat.hpp"
#include "async/gate.hpp"
#include "ports/service_directory.hpp"

namespace gochat::etcd {

struct DirectoryOptions {
  Duration lease = std::chrono::seconds{10};
  std::string version{};  // of the program, shown beside each instance
};

// A lease that etcd lost, by a restart or because it could not be reached for too long, is taken
// anew and what was announced is written again. Lives on one loop, and outlives stop().
class EtcdDirectory final : public ServiceDirectory {
 public:
  EtcdDirectory(Client& client, boost::asio::any_io_executor executor, Timers& timers,
                DirectoryOptions options = {});

  Task<Result<void>> announce(Instance instance) override;
  Task<Result<void>> withdraw(Instance instance) override;
  Task<Result<std::vector<Instance>>> instances(std::string role) override;

  // Takes everything back that was announced.
  Task<> stop();

  // How long what is announced stays listed without another word from here.
  Duration lease_left() const;

 private:
  static std::string key_of(const Instance& instance);
  std::string value_of(const Instance& instance) const;
  Task<Result<void>> hold_lease();
  Task<> keep();

  Client& client_;
  Gate gate_;
  Timers& timers_;
  DirectoryOptions options_;
  std::map<std::string, Instance> announced_;  // by key
  LeaseId lease_ = no_lease;
  MonoTime held_until_{};
  Beat beat_;
};

}  // namespace gochat::etcd

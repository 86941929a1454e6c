// Machine numbers and elections, agreed upon through etcd.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "adapters/etcd/etcd_client.hpp"
#include "async/beat.hpp"
#include "async/gate.hpp"
#include "ports/coordinator.hpp"

namespace gochat::etcd {

struct CoordinatorOptions {
  // Names this process's data folder: one that is started again there takes its number over at
  // once, and another one that goes by the same instance name is refused while this one lives.
  std::string home{};
  // Long, so that an etcd that is away stops nobody.
  Duration machine_lease = std::chrono::hours{24};
  // What a holder gives up before etcd may give the number to somebody else; of a short lease a
  // tenth.
  Duration machine_margin_max = std::chrono::minutes{1};
  // How soon a process that died is known to be dead, and followed by the next leader.
  Duration life_lease = std::chrono::seconds{10};
  Duration life_margin = std::chrono::seconds{2};
};

// Lives on one loop. An election that is dropped is resigned in the background; stop() waits for
// that and is called before this goes.
class EtcdCoordinator final : public Coordinator {
 public:
  EtcdCoordinator(Client& client, boost::asio::any_io_executor executor, Timers& timers,
                  CoordinatorOptions options = {});

  // `conflict`, beside the port's errors: a living process of another home has that name.
  Task<Result<MachineLease>> lease_machine(std::string instance) override;
  Task<Result<void>> keep_floor(std::int64_t machine, std::int64_t issued) override;
  Task<Result<std::unique_ptr<Leadership>>> campaign(std::string election,
                                                     std::string instance) override;
  // The instance names that living processes hold.
  Task<Result<std::set<std::string>>> living();
  Task<> stop();

 private:
  Task<Result<void>> claim_name(std::string instance);
  Task<Result<std::int64_t>> take_number(std::string instance);
  Task<Result<void>> hold_life();
  Task<> live();

  Client& client_;
  Gate gate_;
  Timers& timers_;
  CoordinatorOptions options_;
  std::set<std::string> names_;  // that this process has claimed
  // Of those, what has to be claimed anew; whether it was told that another process has it.
  std::map<std::string, bool> unclaimed_;
  std::map<std::string, std::int64_t> numbers_;  // that this process has leased, by instance
  LeaseId life_ = no_lease;
  Beat beat_;
};

}  // namespace gochat::etcd

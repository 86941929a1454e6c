// What a process of a cluster agrees on with the others through etcd: what all are told, who is
// there, who mints ids under which number, and who does what one of them does for all. Members are
// declared in the order in which they start.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/etcd/etcd_client.hpp"
#include "adapters/etcd/etcd_coordinator.hpp"
#include "adapters/etcd/etcd_directory.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "app/patience.hpp"
#include "app/shared_configuration.hpp"
#include "app/wiring.hpp"
#include "async/beat.hpp"
#include "async/gate.hpp"

namespace gochat::app {

// Lives on one loop, and until the gate is closed.
class Agreement {
 public:
  Agreement(const Ground& ground, Gate& gate, Patience& patience);

  // Waits for etcd. What all are told is read first: what follows is made of what it says.
  Task<Result<void>> open();
  void name_measures(metrics::Registry& measures);
  // Others find another instance from now on.
  Task<> leave();
  // Begins nothing any more; before the gate is closed.
  void stop();
  // Leads no more; behind the gate.
  Task<> close();

  // After open().
  etcd::Client& client() { return *etcd_; }
  etcd::EtcdDirectory& directory() { return *directory_; }
  etcd::EtcdCoordinator& coordinator() { return *coordinator_; }
  memory::SnowflakeIds& ids() { return *ids_; }
  const Leadership* sweeping() const { return sweeping_.get(); }  // null: logic runs elsewhere

 private:
  Task<Result<void>> wait_for_etcd(Patience::Try attempt);
  Task<Result<void>> open_shared_configuration();
  Task<Result<void>> lease_machine();
  // Ids of a later holder of our machine number start above the ceiling.
  Task<Result<void>> raise_ceiling();
  // Raises the ceiling, and leases the number anew when that is due: until it is done.
  Task<> keep_machine();
  Task<> renew_machine();
  void machine_is_leased();

  const Ground& ground_;
  Gate& gate_;
  Patience& patience_;
  std::unique_ptr<etcd::Client> etcd_;
  std::unique_ptr<SharedConfiguration> shared_;
  std::unique_ptr<etcd::EtcdDirectory> directory_;
  std::unique_ptr<etcd::EtcdCoordinator> coordinator_;
  std::unique_ptr<memory::SnowflakeIds> ids_;
  std::unique_ptr<Leadership> sweeping_;
  std::int64_t machine_ = 0;
  MonoTime machine_due_{};        // when it is to be leased anew
  bool machine_overdue_ = false;  // and could not
  Beat machine_beat_;
};

}  // namespace gochat::app

// Removes the topics of gateways that have been gone for long: each gateway has one of its own, and
// nobody else knows when it will not come again.
#pragma once

#include <set>
#include <string>

#include "adapters/etcd/etcd_client.hpp"
#include "adapters/etcd/etcd_coordinator.hpp"
#include "adapters/kafka/kafka_queue.hpp"
#include "base/metrics.hpp"
#include "ports/clock.hpp"
#include "ports/service_directory.hpp"
#include "ports/session_registry.hpp"

namespace gochat::app {

class TopicJanitor {
 public:
  struct Rooms {
    kafka::KafkaQueue& queue;
    etcd::Client& etcd;
    etcd::EtcdCoordinator& coordinator;
    ServiceDirectory& directory;
    SessionRegistry& registry;
    const Leadership& leads;
    const Clock& clock;
  };
  // `gone_max`: for how long a gateway may be gone.
  TopicJanitor(Rooms rooms, std::chrono::milliseconds gone_max)
      : rooms_{rooms}, gone_max_{gone_max} {}

  // Of all processes the leader does it. Since when a gateway is gone is kept in etcd, so that the
  // next leader goes on from there. Without all of its witnesses it does nothing.
  Task<> run_once();

  const metrics::Counter& removed() const { return removed_; }

 private:
  using Names = std::set<std::string, std::less<>>;
  // Gateways that one of the witnesses knows: their name is held, they are listed, or a connection
  // of theirs is registered.
  Task<Result<Names>> living();
  Task<Result<void>> look();
  Task<Result<void>> judge(std::string gateway, etcd::Entry mark);
  Task<Result<void>> remove(std::string gateway, std::string mark);

  Rooms rooms_;
  std::chrono::milliseconds gone_max_;
  metrics::Counter removed_;
};

}  // namespace gochat::app

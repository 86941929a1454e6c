// Roles that meet others over a network: MySQL behind repo, Kafka between the roles, Redis for what
// may be lost, etcd for who is there, gRPC where a role is called that runs elsewhere. Members are
// declared in the order in which they start; each holds references to the ones above it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/etcd/etcd_client.hpp"
#include "adapters/etcd/etcd_coordinator.hpp"
#include "adapters/etcd/etcd_directory.hpp"
#include "adapters/grpc/calls.hpp"
#include "adapters/grpc/logic_client.hpp"
#include "adapters/grpc/repo_client.hpp"
#include "adapters/grpc/server.hpp"
#include "adapters/kafka/dead_letters.hpp"
#include "adapters/kafka/kafka_queue.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/redis/client.hpp"
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
#include "app/identity.hpp"
#include "app/patient_queue.hpp"
#include "app/reach.hpp"
#include "app/shared_configuration.hpp"
#include "app/topic_janitor.hpp"
#include "app/wiring.hpp"
#include "async/beat.hpp"
#include "async/gate.hpp"
#include "async/wakeup.hpp"

namespace gochat::app {

class Cluster final : public Wiring {
 public:
  explicit Cluster(const Ground& ground);
  ~Cluster() override;

  Task<Result<void>> open() override;
  void give_up() override;
  Ports ports() override;
  void name_measures(metrics::Registry& measures) override;
  Task<Result<void>> serve(Served served) override;
  Task<> stop_serving() override;
  void apply(const Config& wanted) override;
  Task<> close() override;

 private:
  using Try = PatientQueue::Try;
  // Tries until it is there; an error is one that waiting does not heal, or the end of the process.
  Task<Result<void>> wait_for(std::string backend, std::string address, Try attempt);
  template <class Client>
  Task<Result<void>> wait_for_role(std::string role, Client* client);
  Task<Result<void>> open_shared_configuration();
  Task<Result<void>> open_agreement();
  Task<Result<void>> open_redis();
  Task<Result<void>> open_kafka();
  Task<Result<void>> open_store();
  std::unique_ptr<rpc::Calls> calls_to(std::string role);
  Task<Result<void>> open_repo_calls();
  Task<Result<void>> open_logic_calls();
  // Ids of a later holder of our machine number start above the ceiling.
  Task<Result<void>> raise_ceiling();
  Task<> renew_machine();
  Task<> look_at_replicas();
  // What was there when it was opened, and without which this process is not ready.
  void depend_on(std::string what, Reach::Ask ask);

  Ground ground_;
  Gate gate_;
  Identity identity_;
  std::unique_ptr<etcd::Client> etcd_;
  std::unique_ptr<SharedConfiguration> shared_;
  std::unique_ptr<etcd::EtcdDirectory> directory_;
  std::unique_ptr<etcd::EtcdCoordinator> coordinator_;
  std::unique_ptr<memory::SnowflakeIds> ids_;
  std::unique_ptr<Leadership> sweeping_;  // null: logic runs elsewhere
  std::unique_ptr<redis::Client> redis_;
  std::unique_ptr<redis::RedisSessionRegistry> registry_;
  std::unique_ptr<redis::RedisTickets> tickets_;
  std::unique_ptr<redis::RedisRateLimiter> limiter_;
  std::unique_ptr<redis::RedisFailedTries> tries_;
  std::unique_ptr<redis::RedisOnlineCount> online_;
  std::unique_ptr<redis::RedisTails> tails_;
  std::unique_ptr<redis::RedisInboxes> inboxes_;
  std::unique_ptr<redis::RedisCache> values_;
  std::unique_ptr<redis::RedisSetCache> sets_;
  std::unique_ptr<redis::RedisSetCache> ranked_sets_;
  std::unique_ptr<redis::RedisHotMessages> hot_;
  std::unique_ptr<redis::RedisSeqProposals> seqs_;
  std::unique_ptr<kafka::KafkaQueue> queue_;
  std::unique_ptr<PatientQueue> patient_queue_;
  std::unique_ptr<kafka::KafkaDeadLetters> dead_letters_;
  std::unique_ptr<TopicJanitor> janitor_;   // null: logic runs elsewhere
  std::unique_ptr<mysql::Store> store_;     // null: repo runs elsewhere
  std::unique_ptr<rpc::Calls> repo_calls_;  // null: repo runs here, or nobody here asks it
  std::unique_ptr<rpc::RepoClient> repo_client_;
  std::unique_ptr<rpc::Calls> logic_calls_;  // likewise
  std::unique_ptr<rpc::LogicClient> logic_client_;
  std::unique_ptr<rpc::Server> server_;
  std::int64_t machine_ = 0;
  Beat ceiling_beat_;
  Beat machine_beat_;
  Beat replica_beat_;
  Beat janitor_beat_;
  std::vector<std::unique_ptr<Reach>> reaches_;
  bool giving_up_ = false;
  Wakeup waiting_;
};

}  // namespace gochat::app

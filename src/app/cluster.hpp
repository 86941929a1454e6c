// Roles that meet others over a network: MySQL behind repo, Kafka between the roles, Redis for what
// may be lost, etcd for who is there, gRPC where a role is called that runs elsewhere. Members are
// declared in the order in which they start; each holds references to the ones above it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/grpc/calls.hpp"
#include "adapters/grpc/logic_client.hpp"
#include "adapters/grpc/repo_client.hpp"
#include "adapters/grpc/server.hpp"
#include "adapters/kafka/dead_letters.hpp"
#include "adapters/kafka/kafka_queue.hpp"
#include "adapters/mysql/store.hpp"
#include "app/agreement.hpp"
#include "app/identity.hpp"
#include "app/patience.hpp"
#include "app/patient_queue.hpp"
#include "app/reach.hpp"
#include "app/redis_ports.hpp"
#include "app/topic_janitor.hpp"
#include "app/wiring.hpp"
#include "async/beat.hpp"
#include "async/gate.hpp"

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
  using Try = Patience::Try;
  template <class Client>
  Task<Result<void>> wait_for_role(std::string role, Client* client);
  Task<Result<void>> open_redis();
  Task<Result<void>> open_kafka();
  Task<Result<void>> open_store();
  std::unique_ptr<rpc::Calls> calls_to(std::string role);
  Task<Result<void>> open_repo_calls();
  Task<Result<void>> open_logic_calls();
  void make_server();
  Task<> look_at_replicas();
  // What was there when it was opened, and without which this process is not ready.
  void depend_on(std::string what, Reach::Ask ask);

  Ground ground_;
  Gate gate_;
  Identity identity_;
  Patience patience_;
  Agreement agreement_;
  std::unique_ptr<RedisPorts> redis_;
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
  Beat replica_beat_;
  Beat janitor_beat_;
  std::vector<std::unique_ptr<Reach>> reaches_;
};

}  // namespace gochat::app

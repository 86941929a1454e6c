// One process of GoChat: the roles it was given, on whatever its wiring brings them, with what the
// operator sees of them. Members are declared in the order in which they start; each holds
// references to the ones above it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "adapters/crypto/bcrypt_hasher.hpp"
#include "adapters/crypto/jwt_signer.hpp"
#include "adapters/crypto/key_file.hpp"
#include "adapters/crypto/system_random.hpp"
#include "adapters/memory/system_clock.hpp"
#include "app/admin_pages.hpp"
#include "app/certificate_watch.hpp"
#include "app/configuration.hpp"
#include "app/health.hpp"
#include "app/hooks.hpp"
#include "app/loop_watch.hpp"
#include "app/tracing.hpp"
#include "app/wiring.hpp"
#include "async/wakeup.hpp"
#include "base/metrics.hpp"
#include "gateway/gateway.hpp"
#include "logic/logic.hpp"
#include "net/server.hpp"
#include "page/web_page.hpp"
#include "repo/repo.hpp"
#include "task/tasks.hpp"

namespace gochat::app {

class Node {
 public:
  // What needs nothing but this machine. The error names the cause in `detail` and the remedy in
  // `hint`.
  static Result<std::unique_ptr<Node>> open(Configuration& configuration, Loop& loop);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  Task<Result<void>> start();
  // Refuses new work, spreads the closes over the drain window, finishes what was accepted.
  Task<> stop();

  std::string url() const;
  std::string internal_url() const;
  const Config& config() const { return config_; }

 private:
  struct Opened;
  Node(Configuration& configuration, Loop& loop, Opened opened);
  // What is in force has changed: hands it to those that hold values of their own.
  void apply(const Config& in_force);
  Task<Result<void>> bring_up();
  Task<Result<void>> start_roles();
  Task<Result<void>> start_tasks(Ports ports);
  Task<Result<void>> start_gateway(LogicApi api, Ports ports);
  Result<void> start_admin();
  void name_measures();

  Configuration& configuration_;
  const Config& config_;  // what is in force of it
  Loop& loop_;
  std::unique_ptr<sqlite::HomeDirectory> directory_;
  std::unique_ptr<memory::SystemClock> clock_;
  std::unique_ptr<crypto::SystemRandom> random_;
  std::shared_ptr<net::Certificate> certificate_;  // null: plain HTTP
  ThreadPool hashing_;
  crypto::JwtSigner tokens_;
  crypto::BcryptHasher hasher_;
  std::unique_ptr<Tracing> tracing_;  // null: nobody records
  Health health_;
  InternalPages internal_pages_;
  net::Server internal_;
  metrics::Registry measures_;
  LoopWatch loop_watch_;
  CertificateWatch certificate_watch_;
  page::WebPage page_;
  std::uint64_t boot_;
  std::unique_ptr<Wiring> wiring_;
  std::optional<repo::Repo> repo_;
  std::optional<logic::Logic> logic_;
  std::optional<RepoApi> repo_api_;
  std::optional<LogicApi> logic_api_;
  std::optional<Hooks> hooks_;
  std::optional<task::Tasks> tasks_;
  std::optional<gateway::Gateway> gateway_;
  std::optional<DeadLetterDesk> dead_letter_desk_;
  std::optional<AdminPages> admin_pages_;
  std::optional<net::Server> admin_;
  bool starting_ = false;
  bool stopping_ = false;
  bool started_ = false;
  Wakeup start_ended_;
};

}  // namespace gochat::app

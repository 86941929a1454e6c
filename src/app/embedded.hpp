// The whole messenger in one process: which adapter stands behind which port. Members are declared
// in the order in which they start; each holds references to the ones above it.
#pragma once

#include <memory>
#include <optional>

#include "adapters/crypto/bcrypt_hasher.hpp"
#include "adapters/crypto/jwt_signer.hpp"
#include "adapters/crypto/key_file.hpp"
#include "adapters/crypto/system_random.hpp"
#include "adapters/memory/memory_directory.hpp"
#include "adapters/memory/memory_inboxes.hpp"
#include "adapters/memory/memory_queue.hpp"
#include "adapters/memory/memory_session_registry.hpp"
#include "adapters/memory/memory_tickets.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/memory/system_clock.hpp"
#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/home_directory.hpp"
#include "adapters/sqlite/store.hpp"
#include "app/admin_pages.hpp"
#include "app/certificate_watch.hpp"
#include "app/health.hpp"
#include "app/loop_watch.hpp"
#include "async/executor.hpp"
#include "async/loop.hpp"
#include "base/metrics.hpp"
#include "config/config.hpp"
#include "gateway/gateway.hpp"
#include "logic/logic.hpp"
#include "net/server.hpp"
#include "page/web_page.hpp"
#include "repo/repo.hpp"

namespace gochat::app {

using config::Config;

class Embedded {
 public:
  // The error names the cause in `detail` and the remedy in `hint`.
  static Result<std::unique_ptr<Embedded>> open(Config config, Loop& loop);
  ~Embedded();
  Embedded(const Embedded&) = delete;
  Embedded& operator=(const Embedded&) = delete;

  Task<Result<void>> start();
  // Refuses new work, spreads the closes over the drain window, finishes what was accepted.
  Task<> stop();

  // Of a configuration that was read again: what may change while the server runs.
  void apply(const Config& wanted);

  std::string url() const;
  std::string internal_url() const;
  const Config& config() const { return config_; }

 private:
  struct Opened;
  Embedded(Config config, Loop& loop, Opened opened);
  gateway::GatewayOptions gateway_options();
  logic::Options logic_options() const;
  net::ServerOptions internal_options() const;
  void name_measures();
  net::ServerOptions admin_options() const;

  Config config_;
  Loop& loop_;
  std::unique_ptr<sqlite::HomeDirectory> directory_;
  std::unique_ptr<memory::SystemClock> clock_;
  std::unique_ptr<crypto::SystemRandom> random_;
  std::unique_ptr<sqlite::ChecksumVfs> vfs_;
  std::unique_ptr<ThreadPool> writer_;
  std::unique_ptr<ThreadPool> readers_;
  std::unique_ptr<ThreadPool> sorter_;
  std::unique_ptr<sqlite::Store> store_;
  std::shared_ptr<net::Certificate> certificate_;  // null: plain HTTP
  ThreadPool hashing_;
  crypto::JwtSigner tokens_;
  crypto::BcryptHasher hasher_;
  memory::MemoryQueue queue_;
  memory::MemorySessionRegistry registry_;
  memory::MemoryDirectory services_;
  memory::MemoryTickets tickets_;
  memory::MemoryInboxes inboxes_;
  memory::SnowflakeIds ids_;
  std::uint64_t boot_;  // tells this life of the process from its earlier ones
  repo::Repo repo_;
  logic::Logic logic_;
  LogicApi api_;
  Health health_;
  page::WebPage page_;
  gateway::Gateway gateway_;
  LoopWatch loop_watch_;
  metrics::Registry measures_;
  InternalPages internal_pages_;
  net::Server internal_;
  CertificateWatch certificate_watch_;
  AdminPages admin_pages_;
  net::Server admin_;
  bool started_ = false;
};

}  // namespace gochat::app

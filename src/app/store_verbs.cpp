#include "app/store_verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "adapters/crypto/system_random.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/memory/system_clock.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/mysql/store_check.hpp"
#include "app/backend_options.hpp"
#include "app/backend_tls.hpp"
#include "app/cache_check.hpp"
#include "app/lifecycle.hpp"
#include "async/drive.hpp"
#include "async/loop.hpp"
#include "config/read.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::app {
namespace {

// A table of millions of rows is copied when it is changed.
constexpr Duration migration_time_max = std::chrono::hours{12};
constexpr Duration opening_time_max = std::chrono::seconds{10};

constexpr std::string_view help_text =
    R"(The tables of a cluster's database.

  gochat migrate up [--json]   make them, or bring older ones up to date; nothing to do is no error

Takes the configuration of the role repo: --config, the environment, --mysql.address and so on. Processes that run
meanwhile go on; a new release starts after it. An embedded server does this by itself when it starts.

Example
  gochat migrate up --config config/cluster/repo.yaml
)";

constexpr std::string_view store_help_text =
    R"(The tables of a cluster's database, held against each other, and the copies in Redis against them.

  gochat store check [--json]    what does not fit; 1 when there is any
  gochat store repair [--json]   derives anew what can be derived from other rows, and deletes copies that differ;
                                 what is lost is not invented

Takes the configuration of the role repo, as migrate does. Both may run beside the cluster.

Example
  gochat store check --config config/cluster/repo.yaml
)";

void print(const std::vector<std::string>& done, bool as_json) {
  for (const std::string& one : done) {
    if (!as_json) {
      fmt::print("{}\n", one);
      continue;
    }
    protocol::JsonWriter out;
    out.begin_object().member("migration", one).end_object();
    fmt::print("{}\n", out.so_far());
  }
  if (done.empty() && !as_json) fmt::print("everything is up to date\n");
}

// A store for one verb, without a server around it.
class Offline {
 public:
  explicit Offline(const config::Config& config)
      : store_{mysql_options(config), {loop_.executor(), loop_.timers(), clock_, random_, ids_}} {}

  Deadline within(Duration time) { return loop_.timers().now() + time; }
  template <class T>
  T run(Task<T> task) {
    return drive(loop_.context(), std::move(task));
  }
  mysql::Store& store() { return store_; }
  // The copies against the tables; after the store was opened.
  Result<std::vector<mysql::Finding>> check_caches(const config::Config& config,
                                                   mysql::Mending mending) {
    auto client = redis::Client::make(
        loop_.context(), loop_.timers(), [this] { return random_.number(); },
        redis_options(config));
    if (!client) return client.error();
    CacheCheck check{**client, store_, mending};
    auto findings = run(check.run());
    run((*client)->stop());
    return findings;
  }

 private:
  Loop loop_{"main"};
  memory::SystemClock clock_;
  crypto::SystemRandom random_;
  // Nothing is given an id here.
  memory::SnowflakeIds ids_{{.machine = 0, .last_issued_floor = 0, .usable_until = Deadline::max()},
                            0,
                            clock_,
                            loop_.timers()};
  mysql::Store store_;
};

int migrate_up(const config::Config& config, bool as_json) {
  Offline offline{config};
  const auto done = offline.run(offline.store().migrate_up(offline.within(migration_time_max)));
  offline.run(offline.store().close());
  if (!done) {
    complain(done.error());
    return exit_could_not_run;
  }
  print(*done, as_json);
  return exit_ok;
}

void print(const mysql::Finding& finding, bool as_json) {
  if (as_json) {
    protocol::JsonWriter out;
    out.begin_object().member("what", finding.what).member("subject", finding.subject);
    out.member("stored", finding.stored).member("counted", finding.counted);
    out.member("mendable", finding.mendable).member("mended", finding.mended).end_object();
    fmt::print("{}\n", out.so_far());
    return;
  }
  fmt::print("{}: {}: {} is kept, {} is counted{}\n", finding.subject, finding.what, finding.stored,
             finding.counted,
             finding.mended     ? "; mended"
             : finding.mendable ? "; `gochat store repair` mends it"
                                : "; it stays as it is");
}

int check_store(const config::Config& config, bool as_json, mysql::Mending mending) {
  Offline offline{config};
  auto opened = offline.run(offline.store().open(offline.within(opening_time_max)));
  if (!opened) {
    complain(opened.error());
    offline.run(offline.store().close());
    return exit_could_not_run;
  }
  auto findings = offline.run(offline.store().check(mending));
  // Against tables that are as they will be.
  if (findings) {
    auto of_caches = offline.check_caches(config, mending);
    if (of_caches) {
      findings->insert(findings->end(), of_caches->begin(), of_caches->end());
    } else {
      findings = std::move(of_caches).error();
    }
  }
  offline.run(offline.store().close());
  if (!findings) {
    complain(findings.error());
    return exit_could_not_run;
  }
  for (const mysql::Finding& finding : *findings) print(finding, as_json);
  if (findings->empty() && !as_json) fmt::print("everything is in order\n");
  const bool left = std::ranges::any_of(*findings, [](const auto& one) { return !one.mended; });
  return left ? exit_failed : exit_ok;
}

// The configuration of the role repo in a cluster, or the exit code of whoever may not go on.
struct Given {
  config::Loaded loaded;
  std::optional<int> refused{};
};
Given read_given(const std::vector<std::string>& arguments, std::string_view noun,
                 std::string_view instead) {
  Given given{config::load(arguments)};
  if (!given.loaded.reading.good()) {
    given.refused = complain(given.loaded.reading.problems);
  } else if (given.loaded.reading.config.server.wiring != "cluster") {
    fmt::print(stderr, "gochat: {} is for the database of a cluster; {}\n", noun, instead);
    fmt::print(stderr, "gochat: set server.wiring to cluster, or leave it\n");
    given.refused = exit_usage;
  } else if (const auto unusable = judge_tls(given.loaded.reading.config); !unusable.empty()) {
    complain(unusable.front());
    given.refused = exit_could_not_run;
  }
  return given;
}

}  // namespace

int run_migrate_verb(std::vector<std::string> arguments) {
  const bool as_json = std::erase(arguments, "--json") != 0;
  if (std::erase(arguments, "--help") + std::erase(arguments, "-h") != 0) {
    fmt::print("{}", help_text);
    return exit_ok;
  }
  const Given given = read_given(arguments, "migrate",
                                 "an embedded server brings its file up to date when it starts");
  if (given.loaded.words != std::vector<std::string>{"up"}) {
    fmt::print(stderr, "gochat: migrate has one verb: up; see gochat migrate --help\n");
    return exit_usage;
  }
  return given.refused ? *given.refused : migrate_up(given.loaded.reading.config, as_json);
}

int run_store_verb(std::vector<std::string> arguments) {
  const bool as_json = std::erase(arguments, "--json") != 0;
  if (std::erase(arguments, "--help") + std::erase(arguments, "-h") != 0) {
    fmt::print("{}", store_help_text);
    return exit_ok;
  }
  const Given given =
      read_given(arguments, "store", "an embedded server checks each page that it reads");
  const auto& words = given.loaded.words;
  if (words.size() != 1 || (words.front() != "check" && words.front() != "repair")) {
    fmt::print(stderr, "gochat: store has the verbs check and repair; see gochat store --help\n");
    return exit_usage;
  }
  if (given.refused) return *given.refused;
  const auto mending = words.front() == "repair" ? mysql::Mending::on : mysql::Mending::off;
  return check_store(given.loaded.reading.config, as_json, mending);
}

}  // namespace gochat::app

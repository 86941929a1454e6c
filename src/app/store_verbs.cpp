#include "app/store_verbs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/crypto/system_random.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/memory/system_clock.hpp"
#include "adapters/mysql/store.hpp"
#include "app/backend_options.hpp"
#include "app/lifecycle.hpp"
#include "async/drive.hpp"
#include "async/loop.hpp"
#include "config/read.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::app {
namespace {

// A table of millions of rows is copied when it is changed.
constexpr Duration migration_time_max = std::chrono::hours{12};

constexpr std::string_view help_text =
    R"(The tables of a cluster's database.

  gochat migrate up [--json]   make them, or bring older ones up to date; nothing to do is no error

Takes the configuration of the role repo: --config, the environment, --mysql.address and so on. Processes that run
meanwhile go on; a new release starts after it. An embedded server does this by itself when it starts.

Example
  gochat migrate up --config config/cluster/repo.yaml
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

int migrate_up(const config::Config& config, bool as_json) {
  Loop loop{"main"};
  memory::SystemClock clock;
  crypto::SystemRandom random;
  // Nothing is given an id here.
  memory::SnowflakeIds ids{{.machine = 0, .last_issued_floor = 0, .usable_until = Deadline::max()},
                           0,
                           clock,
                           loop.timers()};
  mysql::Store store{mysql_options(config), {loop.executor(), loop.timers(), clock, random, ids}};
  const auto done =
      drive(loop.context(), store.migrate_up(loop.timers().now() + migration_time_max));
  drive(loop.context(), store.close());
  if (!done) {
    complain(done.error());
    return exit_could_not_run;
  }
  print(*done, as_json);
  return exit_ok;
}

}  // namespace

int run_migrate_verb(std::vector<std::string> arguments) {
  const bool as_json = std::erase(arguments, "--json") != 0;
  if (std::erase(arguments, "--help") + std::erase(arguments, "-h") != 0) {
    fmt::print("{}", help_text);
    return exit_ok;
  }
  const config::Loaded loaded = config::load(arguments);
  if (loaded.words != std::vector<std::string>{"up"}) {
    fmt::print(stderr, "gochat: migrate has one verb: up; see gochat migrate --help\n");
    return exit_usage;
  }
  if (!loaded.reading.good()) return complain(loaded.reading.problems);
  if (loaded.reading.config.server.wiring != "cluster") {
    fmt::print(stderr,
               "gochat: an embedded server has no database of its own to migrate; it brings its "
               "file up to date when it starts\ngochat: set server.wiring to cluster, or leave "
               "it\n");
    return exit_usage;
  }
  return migrate_up(loaded.reading.config, as_json);
}

}  // namespace gochat::app

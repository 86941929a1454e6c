#include "app/reload.hpp"

#include "base/log.hpp"
#include "config/keys.hpp"
#include "config/read.hpp"
#include "config/values.hpp"

namespace gochat::app {

using log::Field;

namespace {

// Asked of the log and not of the configuration: the operator may have changed it since.
void apply_log_level(const config::Config& wanted) {
  const auto level = log::level_of(wanted.log.level);
  if (!level || *level == log::level()) return;
  log::set_level(*level);
  log::write(*level, "applied", {{Field::key, "log.level"}, {Field::level, wanted.log.level}});
}

}  // namespace

void Reload::run() {
  const config::Loaded loaded = config::load(arguments_);
  if (!loaded.reading.good()) {
    for (const config::Problem& problem : loaded.reading.problems) {
      log::error("the configuration is not applied", {{Field::reason, problem.cause}});
    }
    return;
  }
  const config::Config& wanted = loaded.reading.config;
  apply_log_level(wanted);
  apply_(wanted);
  for (const config::Key& key : config::keys()) {
    const bool waits = key.traits.applied == config::Applied::at_start;
    if (!waits || config::same(key, wanted, running_)) continue;
    log::warn("changed, and applied at the next start", {{Field::key, key.name}});
  }
  log::info("the configuration was read again");
}

}  // namespace gochat::app

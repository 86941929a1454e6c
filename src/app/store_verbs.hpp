// Verbs about the database of a cluster, which need no server that runs.
#pragma once

#include <string>
#include <vector>

namespace gochat::app {

// `migrate up`: the exit code.
int run_migrate_verb(std::vector<std::string> arguments);

}  // namespace gochat::app

// Verbs about the database of a cluster, which need no server that runs.
#pragma once

#include <string>
#include <vector>

namespace gochat::app {

// Each answers the exit code.
int run_migrate_verb(std::vector<std::string> arguments);  // up
int run_store_verb(std::vector<std::string> arguments);    // check, repair

}  // namespace gochat::app

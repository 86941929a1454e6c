#pragma once

#include <string>
#include <vector>

namespace gochat::app {

// gochat config check|print|docs: `arguments` are what follows `config`. Needs no server. Returns
// the exit code; for check: 0 in order, 1 it is not, 2 a file could not be read, 64 wrong call.
int run_config_verb(const std::vector<std::string>& arguments);

}  // namespace gochat::app

#pragma once

#include <string>
#include <vector>

namespace gochat::app {

// Runs what the arguments ask for and returns the exit code: 0, 1 (it failed), 2 (could not run),
// 64 (usage).
int run_command_line(const std::vector<std::string>& arguments);

}  // namespace gochat::app

// The life of a serving process: open, start, say so, drain on a signal, end.
#pragma once

#include <string>
#include <vector>

#include "config/read.hpp"

namespace gochat::app {

enum ExitCode { exit_ok = 0, exit_failed = 1, exit_could_not_run = 2, exit_usage = 64 };

// Returns when a signal has ended the server; a second one ends the process at once. SIGHUP reads
// the configuration of these arguments again.
int serve(config::Reading reading, const std::vector<std::string>& arguments);

// One line of cause and, where there is one, one of remedy, on stderr.
void complain(const Error& error);
// All of them; the exit code that follows from them.
int complain(const std::vector<config::Problem>& problems);

}  // namespace gochat::app

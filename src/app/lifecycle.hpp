// The life of a serving process: open, start, say so, drain on a signal, end.
#pragma once

#include "config/config.hpp"

namespace gochat::app {

enum ExitCode { exit_ok = 0, exit_failed = 1, exit_could_not_run = 2, exit_usage = 64 };

// Returns when a signal has ended the server. A second signal ends the process at once.
int serve(const config::Config& config);

// One line of cause and, where there is one, one of remedy, on stderr.
void complain(const Error& error);

}  // namespace gochat::app

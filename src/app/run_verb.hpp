#pragma once

#include <string>
#include <vector>

namespace gochat::app {

// `arguments` begin with a noun of the table of verbs. Says it to the running server over its
// socket, shows the answer, and returns the exit code.
int run_verb(const std::vector<std::string>& arguments);

}  // namespace gochat::app

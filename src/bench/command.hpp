#pragma once

#include <string>
#include <vector>

namespace gochat::bench {

// `gochat bench <scenario> [--name value]...`; the exit code.
int run_command(const std::vector<std::string>& arguments);

}  // namespace gochat::bench

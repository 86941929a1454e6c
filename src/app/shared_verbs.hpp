// `gochat config push|pull|remove`: the documents that a cluster shares through etcd.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/read.hpp"

namespace gochat::app {

bool is_shared_verb(std::string_view verb);
// Without the verb; the exit code.
int run_shared_verb(std::string_view verb, std::vector<std::string> arguments);

// What a process of this configuration would find there.
Result<config::Documents> shared_with(const config::Config& config);

}  // namespace gochat::app

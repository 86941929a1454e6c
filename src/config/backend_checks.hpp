// What a process of a cluster is told of the servers that it stands on.
#pragma once

#include <vector>

#include "config/given.hpp"

namespace gochat::config {

// Keys that must fit each other; what the files hold that they name is another question.
std::vector<Problem> check_backends(const Config& config);

// In order, but worth a second look.
std::vector<Problem> doubt_backends(const Config& config);

}  // namespace gochat::config

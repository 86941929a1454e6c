// What no single key shows: keys that must fit each other, and what must not be reached by
// strangers.
#pragma once

#include <string>
#include <vector>

#include "config/given.hpp"

namespace gochat::config {

// Of a completed configuration; empty: it may run.
std::vector<Problem> check(const Config& config);

// In order, but worth a second look: what `config check --strict` fails for.
std::vector<Problem> doubts(const Config& config);

// Of "address:port"; a name is none.
bool is_loopback(const std::string& address);

}  // namespace gochat::config

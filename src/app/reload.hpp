// Reads the configuration again while the server runs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace gochat::app {

class Reload {
 public:
  // The process's own arguments name file and flags; the environment is what it was at its start.
  // `apply` is given what was read, for what the process itself holds.
  using Apply = std::function<void(const config::Config& wanted)>;
  Reload(std::vector<std::string> arguments, config::Config running, Apply apply)
      : arguments_{std::move(arguments)}, running_{std::move(running)}, apply_{std::move(apply)} {}

  // Applies the keys that may change while the server runs; the log says which, and which others
  // wait for the next start. Where anything is wrong nothing is applied.
  void run();

 private:
  std::vector<std::string> arguments_;
  config::Config running_;
  Apply apply_;
};

}  // namespace gochat::app

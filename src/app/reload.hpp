// Reads the configuration again while the server runs.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace gochat::app {

class Reload {
 public:
  // The process's own arguments name file and flags; the environment is what it was at its start.
  Reload(std::vector<std::string> arguments, config::Config running)
      : arguments_{std::move(arguments)}, running_{std::move(running)} {}

  // Applies the keys that may change while the server runs; the log says which, and which others
  // wait for the next start. Where anything is wrong nothing is applied.
  void run();

 private:
  std::vector<std::string> arguments_;
  config::Config running_;
};

}  // namespace gochat::app

#pragma once

#include "base/result.hpp"
#include "config/config.hpp"

namespace gochat::app {

// From here on the log has the level, the format and the place that the configuration names. An
// error says which file could not be opened.
Result<void> begin_log(const config::Config& config);

}  // namespace gochat::app

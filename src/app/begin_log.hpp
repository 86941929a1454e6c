#pragma once

#include <memory>

#include "base/log_writer.hpp"
#include "base/result.hpp"
#include "config/config.hpp"

namespace gochat::app {

// From here on the log has the level, the format and the place that the configuration names, until
// the writer goes. An error says which file could not be opened.
Result<std::unique_ptr<log::LogWriter>> begin_log(const config::Config& config);

}  // namespace gochat::app

// The configuration as each role takes it.
#pragma once

#include "config/config.hpp"
#include "gateway/gateway.hpp"
#include "logic/options.hpp"
#include "task/options.hpp"

namespace gochat::app {

logic::Options logic_options(const config::Config& config, bool queue_is_durable);
task::Options task_options(const config::Config& config);
// Without what is made while the process starts: boot, epoch, certificate and pages.
gateway::GatewayOptions gateway_options(const config::Config& config);

}  // namespace gochat::app

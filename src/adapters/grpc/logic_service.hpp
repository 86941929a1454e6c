// LogicService, and the services of its subjects, on the objects of the logic role.
#pragma once

#include <cstddef>

#include "adapters/grpc/method_table.hpp"
#include "ports/logic_api.hpp"
#include "ports/send_api.hpp"

namespace gochat::rpc {

struct LogicServiceLimits {
  // What PullForUsers answers at a time; the gateway asks for the rest.
  std::size_t pulled_bytes_max = 8 * 1024 * 1024;
};

// Both outlive the server.
MethodTable logic_methods(const LogicApi& logic, SendApi& sends, LogicServiceLimits limits = {});

}  // namespace gochat::rpc

#include "adapters/grpc/grpc_log.hpp"

#include <grpc/support/log.h>

#include "base/log.hpp"

namespace gochat::rpc {

void route_grpc_log() {
  static const bool routed = [] {
    gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
    gpr_set_log_function([](gpr_log_func_args* said) {
      log::warn("gRPC complained",
                {{log::Field::component, "grpc"}, {log::Field::reason, said->message}});
    });
    return true;
  }();
  static_cast<void>(routed);
}

}  // namespace gochat::rpc

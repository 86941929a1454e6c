#pragma once

namespace gochat::rpc {

// What gRPC has to say goes into the log of the process, once for all. Only its errors: they tell
// of the environment, the rest of itself.
void route_grpc_log();

}  // namespace gochat::rpc

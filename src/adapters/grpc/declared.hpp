// The services as proto/ declares them, from the descriptors in the binary.
#pragma once

#include "adapters/grpc/method_table.hpp"
#include "base/result.hpp"

namespace gochat::rpc {

// Whether the rows are exactly the declared methods of the services that they name, each once; the
// error names the first that is not.
Result<void> check_declared(const MethodTable& table);

}  // namespace gochat::rpc

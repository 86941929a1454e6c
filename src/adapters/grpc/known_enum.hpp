#pragma once

#include <string>
#include <string_view>

#include "adapters/grpc/faults.hpp"

namespace gochat::rpc {

// Our enums and those of the proto count alike; what is neither unspecified nor unknown is ours.
template <class Domain, class Proto>
Domain known(Proto in, bool valid, std::string_view name, Faults& faults) {
  if (!valid || in == 0) {
    faults.add(std::string{name} + " has the unknown value " + std::to_string(in));
    return Domain{1};
  }
  return static_cast<Domain>(in);
}

}  // namespace gochat::rpc

// LogicApi on the instances of the logic role. What a method answers, its port says; besides, any
// of them can fail as Calls does. Lives on the loop of its calls, which outlive it.
#pragma once

#include <memory>

#include "adapters/grpc/calls.hpp"
#include "ports/logic_api.hpp"

namespace gochat::rpc {

class LogicClient {
 public:
  explicit LogicClient(Calls& calls);
  ~LogicClient();
  LogicClient(const LogicClient&) = delete;
  LogicClient& operator=(const LogicClient&) = delete;

  LogicApi api();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace gochat::rpc

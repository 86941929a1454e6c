// The RepoApi of a process that is not repo: every question is a call to one of repo's instances.
#pragma once

#include <memory>

#include "adapters/grpc/calls.hpp"
#include "ports/repo_api.hpp"

namespace gochat::rpc {

// Lives on the loop of the calls, which outlive it. Reads and what is the same done twice are tried
// again by themselves; the rest is told as the ports mean it, and the caller decides.
class RepoClient {
 public:
  explicit RepoClient(Calls& calls);
  ~RepoClient();
  RepoClient(const RepoClient&) = delete;
  RepoClient& operator=(const RepoClient&) = delete;

  RepoApi api();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace gochat::rpc

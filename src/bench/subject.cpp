#include "bench/subject.hpp"

#include "bench/running_cluster.hpp"
#include "bench/server_process.hpp"

namespace gochat::bench {

Result<std::unique_ptr<Subject>> subject_of(Loop& loop, const Target& target) {
  if (!target.gateways.empty()) {
    auto cluster = RunningCluster::of(loop, target.gateways, target.watched);
    if (!cluster) return cluster.error();
    return std::unique_ptr<Subject>{std::move(*cluster)};
  }
  auto server = ServerProcess::start({});
  if (!server) return server.error();
  return std::unique_ptr<Subject>{std::make_unique<ServerProcess>(std::move(*server))};
}

}  // namespace gochat::bench

// The names of what is measured of repo's copies; docs/operations/cluster.md lists them.
#pragma once

#include "base/metrics.hpp"
#include "repo/copies.hpp"

namespace gochat::app {

void name_copies(metrics::Registry& registry, repo::Copies& copies);

}  // namespace gochat::app

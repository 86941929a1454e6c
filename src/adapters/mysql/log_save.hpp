// Writes what the items of a batch changed.
#pragma once

#include "adapters/mysql/connection.hpp"
#include "adapters/mysql/log_scene.hpp"

namespace gochat::mysql {

Task<Result<void>> save_scene(Connection* connection, const Scene* scene, Deadline deadline);

}  // namespace gochat::mysql

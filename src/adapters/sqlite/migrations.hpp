// Brings a file to the schema of this program.
#pragma once

#include <span>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/schema.hpp"
#include "domain/ids.hpp"

namespace gochat::sqlite {

// Each missing step runs in a transaction of its own together with its line in schema_migrations,
// so that it is there wholly or not at all and running again goes on where it stopped. Refused,
// with the remedy in `detail`: a file with steps that this program does not know, and one whose
// recorded steps differ from this program's.
Result<void> migrate(Connection& db, std::span<const SchemaStep> steps, WallTime now);

}  // namespace gochat::sqlite

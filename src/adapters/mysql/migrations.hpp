// Brings a database to the schema of this program, and says whether it has it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adapters/mysql/connection.hpp"
#include "adapters/mysql/schema.hpp"
#include "domain/ids.hpp"

namespace gochat::mysql {

// What a database is, chosen when it is made.
struct Identity {
  std::uint64_t epoch = 0;  // a client that knows another one starts over
  std::string environment;
};

struct MigrationOrder {
  std::span<const SchemaStep> steps = schema_steps();
  Identity identity;  // stamped into a new database; an older one keeps its epoch
  WallTime now;
};

// Runs the missing steps, one process at a time: another one that migrates the same database is
// waited for until the deadline. Each step is noted when its last statement is through; one that
// was interrupted runs again. Answers the names of the steps that ran. Refused as `conflict`, with
// the remedy in the hint: a database with steps that this program does not know, whose steps were
// others, or of another environment.
Task<Result<std::vector<std::string>>> migrate(Connection* connection, MigrationOrder order,
                                               Deadline deadline);

// Changes nothing: the identity, or a refusal that names the step that is missing or differs.
Task<Result<Identity>> check_schema(Connection* connection, MigrationOrder order,
                                    Deadline deadline);

}  // namespace gochat::mysql

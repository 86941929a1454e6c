#include "adapters/mysql/migrations.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "base/log.hpp"
#include "domain/siphash.hpp"

namespace gochat::mysql {
namespace {

// Only an accident is looked for, so the key may be known.
constexpr SipKey checksum_key{0x676f63686174, 0x736368656d61};
constexpr std::string_view lock_prefix = "gochat migrate ";
// The server's limit for names of locks.
constexpr std::size_t lock_name_bytes_max = 64;

struct Applied {
  int version;
  std::uint64_t checksum;
};

std::uint64_t checksum(const SchemaStep& step) {
  std::string text;
  for (const std::string_view statement : step.statements) text += statement;
  return siphash(checksum_key, text);
}

Error with_remedy(std::string cause, std::string remedy) {
  return {ErrorCode::conflict, std::move(cause), std::move(remedy), 0};
}

// Ok: what was applied is the beginning of what this program knows.
Result<void> check_known(const std::vector<Applied>& applied, std::span<const SchemaStep> steps) {
  for (std::size_t n = 0; n < applied.size(); ++n) {
    if (n >= steps.size()) {
      return with_remedy(fmt::format("the database has migration {}, this program knows {}",
                                     applied.back().version, steps.size()),
                         "run the newer gochat, or restore a backup made before the upgrade");
    }
    if (applied[n].version != steps[n].version || applied[n].checksum != checksum(steps[n])) {
      return with_remedy(
          fmt::format("migration {} of the database is not this program's migration {} ({})",
                      applied[n].version, steps[n].version, steps[n].name),
          "run the gochat that made the database, or restore a backup");
    }
  }
  return {};
}

Result<void> check_environment(const std::string& found, const std::string& wanted) {
  if (found == wanted) return {};
  return with_remedy(
      fmt::format("the database belongs to the environment \"{}\", not to \"{}\"", found, wanted),
      "choose another database, or set server.environment");
}

Task<Result<std::vector<Applied>>> applied_steps(Connection* connection, Deadline deadline) {
  auto rows = co_await connection->run(
      "SELECT version, checksum FROM schema_migrations ORDER BY version", {}, deadline);
  if (!rows) co_return std::move(rows).error();
  std::vector<Applied> applied;
  for (const Row row : *rows) {
    applied.push_back({static_cast<int>(row.int64(0)), row.uint64(1)});
  }
  co_return applied;
}

// A database that nothing was made in yet has no step applied.
Task<Result<bool>> has_table(Connection* connection, std::string name, Deadline deadline) {
  auto rows = co_await connection->run(
      "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND "
      "table_name = ?",
      {name}, deadline);
  if (!rows) co_return std::move(rows).error();
  co_return (*rows)[0].int64(0) != 0;
}

Task<Result<std::optional<Identity>>> stored_identity(Connection* connection, Deadline deadline) {
  auto rows =
      co_await connection->run("SELECT epoch, environment FROM meta WHERE id = 1", {}, deadline);
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return std::optional<Identity>{};
  co_return std::optional{Identity{(*rows)[0].uint64(0), std::string{(*rows)[0].text(1)}}};
}

Task<Result<void>> apply(Connection* connection, SchemaStep step, WallTime now, Deadline deadline) {
  for (const std::string_view statement : step.statements) {
    auto done = co_await connection->run_text(std::string{statement}, deadline);
    if (!done) {
      Error error = std::move(done).error();
      error.detail = fmt::format("migration {} ({}): {}", step.version, step.name, error.detail);
      co_return std::move(error);
    }
  }
  auto noted = co_await connection->run(
      "INSERT INTO schema_migrations (version, name, applied_at, checksum) VALUES (?, ?, ?, ?)",
      {step.version, step.name, now, checksum(step)}, deadline);
  if (!noted) co_return std::move(noted).error();
  log::info("a migration was applied", {{log::Field::version, step.version}});
  co_return Unit{};
}

Task<Result<std::vector<std::string>>> migrate_locked(Connection* connection, MigrationOrder order,
                                                      Deadline deadline) {
  auto noted = co_await connection->run_text(
      "CREATE TABLE IF NOT EXISTS schema_migrations (version INT NOT NULL PRIMARY KEY, name "
      "VARCHAR(64) NOT NULL, applied_at BIGINT NOT NULL, checksum BIGINT UNSIGNED NOT NULL) "
      "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
      deadline);
  if (!noted) co_return std::move(noted).error();
  auto applied = co_await applied_steps(connection, deadline);
  if (!applied) co_return std::move(applied).error();
  if (auto known = check_known(*applied, order.steps); !known) co_return std::move(known).error();
  std::vector<std::string> ran;
  for (const SchemaStep& step : order.steps.subspan(applied->size())) {
    auto done = co_await apply(connection, step, order.now, deadline);
    if (!done) co_return std::move(done).error();
    ran.emplace_back(step.name);
  }
  auto stamped = co_await connection->run(
      "INSERT IGNORE INTO meta (id, epoch, environment, created_at) VALUES (1, ?, ?, ?)",
      {order.identity.epoch, order.identity.environment, order.now}, deadline);
  if (!stamped) co_return std::move(stamped).error();
  auto identity = co_await stored_identity(connection, deadline);
  if (!identity) co_return std::move(identity).error();
  auto ours = check_environment((*identity)->environment, order.identity.environment);
  if (!ours) co_return std::move(ours).error();
  co_return ran;
}

// The server keeps one name space of locks for all databases.
Task<Result<std::string>> lock_name(Connection* connection, Deadline deadline) {
  auto rows = co_await connection->run("SELECT DATABASE()", {}, deadline);
  if (!rows) co_return std::move(rows).error();
  std::string name{lock_prefix};
  name += (*rows)[0].text(0);
  if (name.size() <= lock_name_bytes_max) co_return name;
  co_return fmt::format("{}{:016x}", lock_prefix, siphash(checksum_key, name));
}

}  // namespace

Task<Result<std::vector<std::string>>> migrate(Connection* connection, MigrationOrder order,
                                               Deadline deadline) {
  auto name = co_await lock_name(connection, deadline);
  if (!name) co_return std::move(name).error();
  for (;;) {
    // In short pieces, so that it is this program's deadline that ends the wait.
    auto locked = co_await connection->run("SELECT GET_LOCK(?, 1)", {*name}, deadline);
    if (!locked) co_return std::move(locked).error();
    if ((*locked)[0].int64(0) == 1) break;
    log::info("another process migrates the database; waiting for it");
  }
  auto ran = co_await migrate_locked(connection, std::move(order), deadline);
  // Where this fails the connection is gone, and the lock with it.
  auto released = co_await connection->run("SELECT RELEASE_LOCK(?)", {*name}, deadline);
  if (ran && !released) co_return std::move(released).error();
  co_return ran;
}

Task<Result<Identity>> check_schema(Connection* connection, MigrationOrder order,
                                    Deadline deadline) {
  auto made = co_await has_table(connection, "schema_migrations", deadline);
  if (!made) co_return std::move(made).error();
  std::vector<Applied> applied;
  if (*made) {
    auto steps = co_await applied_steps(connection, deadline);
    if (!steps) co_return std::move(steps).error();
    applied = *std::move(steps);
  }
  if (auto known = check_known(applied, order.steps); !known) co_return std::move(known).error();
  if (applied.size() < order.steps.size()) {
    const SchemaStep& missing = order.steps[applied.size()];
    co_return with_remedy(
        fmt::format("the database lacks migration {} ({})", missing.version, missing.name),
        "run `gochat migrate up`");
  }
  auto identity = co_await stored_identity(connection, deadline);
  if (!identity) co_return std::move(identity).error();
  if (!*identity) {
    co_return with_remedy("the database was never given an epoch and an environment",
                          "run `gochat migrate up`");
  }
  auto ours = check_environment((*identity)->environment, order.identity.environment);
  if (!ours) co_return std::move(ours).error();
  co_return **std::move(identity);
}

}  // namespace gochat::mysql

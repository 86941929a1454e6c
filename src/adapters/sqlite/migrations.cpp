#include "adapters/sqlite/migrations.hpp"

#include <fmt/format.h>

#include "adapters/sqlite/query.hpp"
#include "domain/siphash.hpp"

namespace gochat::sqlite {
namespace {

// Only an accident is looked for, so the key may be known.
constexpr SipKey checksum_key{0x676f63686174, 0x736368656d61};

struct Applied {
  int version;
  std::uint64_t checksum;
};

Result<std::vector<Applied>> applied_steps(Connection& db) {
  if (auto made = db.exec("CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY "
                          "KEY, applied_at INTEGER NOT NULL, checksum INTEGER NOT NULL)");
      !made) {
    return std::move(made).error();
  }
  return query_all(
      db, "SELECT version, checksum FROM schema_migrations ORDER BY version",
      [](const Statement& s) { return Applied{static_cast<int>(s.int64(0)), s.uint64(1)}; });
}

Error with_remedy(std::string cause, std::string remedy) {
  return {ErrorCode::conflict, std::move(cause), std::move(remedy), 0};
}

Result<void> check_known(const std::vector<Applied>& applied, std::span<const SchemaStep> steps) {
  const int newest = steps.empty() ? 0 : steps.back().version;
  if (!applied.empty() && applied.back().version > newest) {
    return with_remedy(fmt::format("the database has schema {}, this program knows {}",
                                   applied.back().version, newest),
                       "run the newer gochat, or restore a backup made before the upgrade");
  }
  for (std::size_t n = 0; n < applied.size(); ++n) {
    if (n < steps.size() && applied[n].version == steps[n].version &&
        applied[n].checksum == siphash(checksum_key, steps[n].sql)) {
      continue;
    }
    return with_remedy(
        fmt::format("step {} of the database's schema is not this program's", applied[n].version),
        "run the gochat that made the database, or restore a backup");
  }
  return {};
}

Result<void> apply(Connection& db, const SchemaStep& step, WallTime now) {
  auto transaction = db.begin();
  if (!transaction) return std::move(transaction).error();
  if (auto done = db.exec(std::string{step.sql}); !done) return done;
  auto noted = execute(db, "INSERT INTO schema_migrations VALUES (?, ?, ?)", step.version, ms(now),
                       siphash(checksum_key, step.sql));
  if (!noted) return noted;
  return transaction->commit();
}

}  // namespace

Result<void> migrate(Connection& db, std::span<const SchemaStep> steps, WallTime now) {
  auto applied = applied_steps(db);
  if (!applied) return std::move(applied).error();
  if (auto known = check_known(*applied, steps); !known) return known;
  for (const SchemaStep& step : steps.subspan(applied->size())) {
    if (auto done = apply(db, step, now); !done) return done;
  }
  return {};
}

}  // namespace gochat::sqlite

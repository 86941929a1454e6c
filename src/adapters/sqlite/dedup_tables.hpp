// The merged part of "has this sender used this client id before": sorted generations of hashes,
// each behind a filter in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/dedup_filter.hpp"
#include "base/mutex.hpp"
#include "domain/ids.hpp"

namespace gochat::sqlite {

struct DedupGeneration {
  std::int64_t number = 0;
  // How often it has been merged: eight of a level become one of the next.
  int level = 0;
  std::uint64_t rows = 0;
  std::shared_ptr<const DedupFilter> filter;
};
using DedupGenerations = std::vector<DedupGeneration>;

// Of a filter's bytes in one row: 16 pages of the database.
inline constexpr std::size_t filter_part_bytes = 64 * 1024;

Result<void> save_filter_part(Connection& db, std::int64_t generation, const DedupFilter& filter,
                              std::size_t part);

class DedupTables {
 public:
  // What the file holds.
  Result<void> load(Connection& db);

  std::shared_ptr<const DedupGenerations> generations() const;
  // Called by the commit thread when the transaction that changed them has been committed.
  void replace(DedupGenerations generations);

  // Ids of rows whose sender and client id may have this hash; whoever asks compares. Surely all of
  // them as long as `db` sees a state that is not older than `generations`.
  static Result<std::vector<MessageId>> candidates(Connection& db,
                                                   const DedupGenerations& generations,
                                                   std::uint64_t hash);

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const DedupGenerations> generations_ GOCHAT_GUARDED_BY(mutex_) =
      std::make_shared<const DedupGenerations>();
};

}  // namespace gochat::sqlite

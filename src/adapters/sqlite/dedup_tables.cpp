#include "adapters/sqlite/dedup_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

Result<std::shared_ptr<const DedupFilter>> load_filter(Connection& db, std::int64_t generation) {
  std::vector<std::byte> bytes;
  auto parts = query_all(
      db, "SELECT bits FROM dedup_filters WHERE generation = ? ORDER BY part",
      [&bytes](const Statement& s) {
        const Blob bits = s.blob(0);
        bytes.insert(bytes.end(), bits.begin(), bits.end());
        return 0;
      },
      generation);
  if (!parts) return std::move(parts).error();
  if (bytes.empty() || bytes.size() % 64 != 0) {
    return failed(ErrorCode::internal, fmt::format("dedup generation {} has a filter of {} bytes",
                                                   generation, bytes.size()));
  }
  return std::shared_ptr<const DedupFilter>{std::make_shared<DedupFilter>(bytes)};
}

}  // namespace

Result<void> save_filter_part(Connection& db, std::int64_t generation, const DedupFilter& filter,
                              std::size_t part) {
  const auto bytes = filter.bytes();
  const std::size_t from = part * filter_part_bytes;
  const auto bits = bytes.subspan(from, std::min(filter_part_bytes, bytes.size() - from));
  return execute(db, "INSERT OR REPLACE INTO dedup_filters VALUES (?, ?, ?)", generation, part,
                 Blob{bits});
}

Result<void> DedupTables::load(Connection& db) {
  auto rows = query_all(
      db, "SELECT generation, level, rows FROM dedup_generations ORDER BY generation",
      [](const Statement& s) {
        return DedupGeneration{s.int64(0), static_cast<int>(s.int64(1)), s.uint64(2), nullptr};
      });
  if (!rows) return std::move(rows).error();
  for (DedupGeneration& generation : *rows) {
    auto filter = load_filter(db, generation.number);
    if (!filter) return std::move(filter).error();
    generation.filter = std::move(*filter);
  }
  replace(std::move(*rows));
  return {};
}

std::shared_ptr<const DedupGenerations> DedupTables::generations() const {
  MutexLock lock{mutex_};
  return generations_;
}

void DedupTables::replace(DedupGenerations generations) {
  auto next = std::make_shared<const DedupGenerations>(std::move(generations));
  MutexLock lock{mutex_};
  generations_.swap(next);
}

Result<std::vector<MessageId>> DedupTables::candidates(Connection& db,
                                                       const DedupGenerations& generations,
                                                       std::uint64_t hash) {
  std::vector<MessageId> ids;
  for (const DedupGeneration& generation : generations) {
    if (!generation.filter->may_hold(hash)) continue;
    auto found = query_all(
        db, "SELECT id FROM message_dedup WHERE generation = ? AND hash = ?",
        [](const Statement& s) { return MessageId{s.int64(0)}; }, generation.number, hash);
    if (!found) return std::move(found).error();
    ids.insert(ids.end(), found->begin(), found->end());
  }
  return ids;
}

}  // namespace gochat::sqlite

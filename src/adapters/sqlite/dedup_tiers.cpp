#include "adapters/sqlite/dedup_tiers.hpp"

#include <algorithm>
#include <map>

#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

// Read from each source at once. What lies above the lowest of their ends is read again, which is
// most of it where the pieces are short.
constexpr std::size_t piece_rows_min = 8;

bool has(const DedupGenerations& generations, std::int64_t number) {
  return std::ranges::find(generations, number, &DedupGeneration::number) != generations.end();
}

// The generations that have rows or a part of a filter, one look-up each.
Result<std::vector<std::int64_t>> generations_in(Connection& db, std::string_view next) {
  std::vector<std::int64_t> numbers;
  std::int64_t number = 0;
  for (;;) {
    auto found = query_number(db, next, 0, number);
    if (!found) return std::move(found).error();
    if (*found == 0) return numbers;
    numbers.push_back(number = *found);
  }
}

}  // namespace

Result<void> DedupTiers::load() {
  const auto known = tables_.generations();
  for (const DedupGeneration& generation : *known) {
    last_number_ = std::max(last_number_, generation.number);
  }
  for (const std::string_view next :
       {"SELECT min(generation) FROM message_dedup WHERE generation > ?",
        "SELECT min(generation) FROM dedup_filters WHERE generation > ?"}) {
    auto present = generations_in(db_, next);
    if (!present) return std::move(present).error();
    for (const std::int64_t number : *present) {
      last_number_ = std::max(last_number_, number);
      if (has(*known, number) || std::ranges::count(garbage_, number) != 0) continue;
      garbage_.push_back(number);
    }
  }
  return {};
}

void DedupTiers::begin_fusion() {
  std::map<int, std::vector<DedupGeneration>> levels;
  const auto generations = tables_.generations();
  for (const DedupGeneration& generation : *generations) {
    auto& level = levels[generation.level];
    level.push_back(generation);
    if (level.size() < generations_per_level) continue;
    Fusion fusion;
    fusion.target = {take_number(), generation.level + 1, 0, nullptr};
    for (const DedupGeneration& source : level) fusion.target.rows += source.rows;
    fusion.filter = std::make_shared<DedupFilter>(fusion.target.rows);
    fusion.target.filter = fusion.filter;
    fusion.sources = std::move(level);
    fusion_ = committed_ = std::move(fusion);
    return;
  }
}

Result<void> DedupTiers::slice(std::size_t operations) {
  if (!garbage_.empty()) return sweep(operations);
  if (!fusion_) begin_fusion();
  if (!fusion_) return {};
  return fuse(operations);
}

Result<void> DedupTiers::fuse(std::size_t operations) {
  Fusion& fusion = *fusion_;
  if (!fusion.rows_done) return copy(operations);
  if (fusion.filter_parts * filter_part_bytes < fusion.filter->bytes().size()) {
    return write_filter_part();
  }
  return fusion.registered ? Result<void>{} : exchange();
}

Result<std::vector<DedupTiers::Entry>> DedupTiers::next_of(std::int64_t generation,
                                                           std::size_t limit) {
  const auto read = [](const Statement& s) { return Entry{s.int64(0), s.int64(1)}; };
  if (!fusion_->copied) {
    return query_all(
        db_, "SELECT hash, id FROM message_dedup WHERE generation = ? ORDER BY hash, id LIMIT ?",
        read, generation, limit);
  }
  return query_all(db_,
                   "SELECT hash, id FROM message_dedup WHERE generation = ? AND (hash, id) > (?, "
                   "?) ORDER BY hash, id LIMIT ?",
                   read, generation, fusion_->copied->hash, fusion_->copied->id, limit);
}

// Up to the lowest end of the sources' next pieces everything is known, so it can be written in the
// target's order.
Result<void> DedupTiers::copy(std::size_t rows) {
  Fusion& fusion = *fusion_;
  const std::size_t piece = rows / fusion.sources.size() + piece_rows_min;
  std::vector<Entry> entries;
  std::optional<Entry> known_to;
  for (const DedupGeneration& source : fusion.sources) {
    auto next = next_of(source.number, piece);
    if (!next) return std::move(next).error();
    // A source that gave less than was asked for has nothing behind it.
    if (next->size() == piece && (!known_to || next->back() < *known_to)) known_to = next->back();
    entries.insert(entries.end(), next->begin(), next->end());
  }
  std::ranges::sort(entries);
  for (const Entry& entry : entries) {
    if (known_to && entry > *known_to) break;
    auto inserted = execute(db_, "INSERT OR IGNORE INTO message_dedup VALUES (?, ?, ?)",
                            fusion.target.number, entry.hash, entry.id);
    if (!inserted) return inserted;
    fusion.filter->add(static_cast<std::uint64_t>(entry.hash));
  }
  if (known_to) {
    fusion.copied = known_to;
  } else {
    fusion.rows_done = true;
  }
  return {};
}

Result<void> DedupTiers::write_filter_part() {
  Fusion& fusion = *fusion_;
  const auto number = fusion.filter_parts++;
  return save_filter_part(db_, fusion.target.number, *fusion.filter, number);
}

Result<void> DedupTiers::exchange() {
  Fusion& fusion = *fusion_;
  for (const DedupGeneration& source : fusion.sources) {
    auto gone = execute(db_, "DELETE FROM dedup_generations WHERE generation = ?", source.number);
    if (!gone) return gone;
  }
  fusion.registered = true;
  return execute(db_, "INSERT INTO dedup_generations VALUES (?, ?, ?)", fusion.target.number,
                 fusion.target.level, fusion.target.rows);
}

// The bound of a piece is looked up first, so that the piece is one range of the tree.
Result<void> DedupTiers::sweep(std::size_t rows) {
  const std::int64_t generation = garbage_.front();
  auto bound = query_one(
      db_,
      "SELECT hash, id FROM message_dedup WHERE generation = ? ORDER BY hash, id LIMIT 1 OFFSET ?",
      [](const Statement& s) { return Entry{s.int64(0), s.int64(1)}; }, generation, rows);
  if (!bound) return std::move(bound).error();
  if (*bound) {
    return execute(db_, "DELETE FROM message_dedup WHERE generation = ? AND (hash, id) < (?, ?)",
                   generation, (*bound)->hash, (*bound)->id);
  }
  swept_ = 1;
  for (const std::string_view sql : {"DELETE FROM message_dedup WHERE generation = ?",
                                     "DELETE FROM dedup_filters WHERE generation = ?"}) {
    if (auto done = execute(db_, sql, generation); !done) return done;
  }
  return {};
}

void DedupTiers::committed() {
  if (std::exchange(swept_, 0) != 0) garbage_.erase(garbage_.begin());
  committed_ = fusion_;
  if (!fusion_ || !fusion_->registered) return;
  DedupGenerations generations = *tables_.generations();
  std::erase_if(generations, [this](const DedupGeneration& generation) {
    return has(fusion_->sources, generation.number);
  });
  generations.push_back(fusion_->target);
  tables_.replace(std::move(generations));
  for (const DedupGeneration& source : fusion_->sources) garbage_.push_back(source.number);
  fusion_.reset();
  committed_.reset();
}

void DedupTiers::rolled_back() {
  swept_ = 0;
  fusion_ = committed_;
}

}  // namespace gochat::sqlite

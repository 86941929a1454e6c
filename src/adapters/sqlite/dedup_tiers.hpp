// Keeps the number of dedup generations small: eight of a level become one of the next, a slice in
// each transaction. Nothing is looked up in the new one before it is whole, and nothing is deleted
// from the old ones before it has taken their place; what a crash leaves of either is swept away
// after the next start.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/dedup_tables.hpp"

namespace gochat::sqlite {

class DedupTiers {
 public:
  static constexpr std::size_t generations_per_level = 8;

  DedupTiers(Connection& db, DedupTables& tables) : db_{db}, tables_{tables} {}

  // Finds what a crash has left. Called once, after DedupTables::load.
  Result<void> load();

  // A number that no generation has or had in this file.
  std::int64_t take_number() { return ++last_number_; }

  // Within the open transaction: about `operations` rows copied or deleted.
  Result<void> slice(std::size_t operations);
  // What became of that transaction.
  void committed();
  void rolled_back();

  bool idle() const { return !fusion_ && garbage_.empty(); }

 private:
  struct Entry {
    std::int64_t hash = 0;  // as SQLite orders them
    std::int64_t id = 0;
    auto operator<=>(const Entry&) const = default;
  };
  // Eight generations on their way into one.
  struct Fusion {
    DedupGenerations sources;
    DedupGeneration target;
    std::shared_ptr<DedupFilter> filter;
    std::optional<Entry> copied;  // everything up to here
    std::size_t filter_parts = 0;
    bool rows_done = false;
    bool registered = false;
  };

  void begin_fusion();
  Result<void> fuse(std::size_t operations);
  Result<void> copy(std::size_t rows);
  Result<std::vector<Entry>> next_of(std::int64_t generation, std::size_t limit);
  Result<void> write_filter_part();
  Result<void> exchange();
  Result<void> sweep(std::size_t rows);

  Connection& db_;
  DedupTables& tables_;
  std::int64_t last_number_ = 0;
  std::optional<Fusion> fusion_;     // within the open transaction
  std::optional<Fusion> committed_;  // as it was before; shares the filter, which only gains bits
  std::vector<std::int64_t> garbage_;
  std::size_t swept_ = 0;  // of the garbage, in the open transaction
};

}  // namespace gochat::sqlite

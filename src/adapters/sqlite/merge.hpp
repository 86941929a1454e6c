// Moves what memory holds above the watermark into the sorted tables, a slice in each transaction.
//
// Every step of it may be repeated: rows are upserts of what cannot change any more (order, dedup)
// or of the present state (heads, positions), and the watermark moves with the last one. So a crash
// between two slices costs nothing but doing them again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/dedup_tables.hpp"
#include "adapters/sqlite/dedup_tiers.hpp"
#include "adapters/sqlite/merge_plan.hpp"
#include "adapters/sqlite/recent.hpp"
#include "async/executor.hpp"

namespace gochat::sqlite {

class Merge {
 public:
  struct Limits {
    std::size_t rows;
    std::size_t slice_rows_min;
    std::size_t slice_rows_max;
  };

  // `sorter` makes the plans: sorting takes a hundred milliseconds and has no place between two
  // commits.
  Merge(Connection& db, Recent& recent, DedupTables& dedup, Executor& sorter, Limits limits);
  // Called once, when the tables have been loaded.
  Result<void> load() { return tiers_.load(); }

  // Within the open transaction: pays for `rows` that this batch takes in.
  Result<void> slice(std::size_t rows);
  // What became of that transaction; true: a merge has ended with it.
  bool committed();
  void rolled_back();

  // A statement of its own has failed, though the disk had not: a damaged page, most likely. It
  // does nothing more, and the log goes on without it for as long as memory holds what cannot be
  // merged.
  bool failed() const { return failure_.has_value(); }
  Result<void> may_go_on() const;

  bool idle() const { return !plan_ && tiers_.idle(); }

 private:
  enum class Step : std::uint8_t {
    order,
    hashes,
    filter,
    heads,
    positions,
    acks,
    trim,
    finish,
    done,
  };
  // How far the steps are, and how many row operations that took.
  struct Cursor {
    Step step = Step::order;
    std::size_t at = 0;
    std::size_t operations = 0;
  };

  Result<void> slice_plan(std::size_t rows);
  void freeze_when_full();
  std::size_t debt(std::size_t rows, const MergePlan& plan) const;
  // Does up to `most` operations of the cursor's step.
  Result<void> run_step(const MergePlan& plan, std::size_t most);
  // From the cursor on, at most `most` elements; the step ends behind the last one.
  template <class Element, class Write>
  Result<void> each(const std::vector<Element>& elements, std::size_t most, Write write);
  void next_step();
  Result<void> write_filter(const MergePlan& plan);
  Result<void> write_head(const MergePlan::Head& head);
  Result<void> write_position(const PositionKey& key);
  Result<void> trim_position_log(std::size_t most);
  Result<void> finish(const MergePlan& plan);

  Connection& db_;
  Recent& recent_;
  DedupTables& dedup_;
  Executor& sorter_;
  const Limits limits_;

  std::shared_ptr<const Generation> frozen_;
  std::unique_ptr<PendingPlan> plan_;
  std::int64_t generation_ = 0;  // the number that it gets
  Cursor committed_;
  Cursor cursor_;                            // within the open transaction
  std::vector<MergePlan::Head> heads_done_;  // in it
  DedupTiers tiers_;
  std::optional<Error> failure_;
};

}  // namespace gochat::sqlite

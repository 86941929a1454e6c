#include "adapters/sqlite/committer.hpp"

#include <sqlite3.h>

#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/sqlite_error.hpp"
#include "base/fault.hpp"
#include "base/log.hpp"

namespace gochat::sqlite {
namespace {

bool is_failed_sync(int code) {
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

// Frames without their commit frame are nothing, so these leave nothing behind. After any other
// failure the commit frame may lie in the file already.
bool leaves_nothing(int code) {
  return (code & 0xff) == SQLITE_FULL || code == SQLITE_IOERR_WRITE ||
         (code & 0xff) == SQLITE_READONLY;
}

}  // namespace

Committer::Committer(BatchGround ground, Recent& recent, Merge& merge, LogEnds logs, Calls calls)
    : ground_{ground}, recent_{recent}, merge_{merge}, logs_{logs}, calls_{std::move(calls)} {}

void Committer::commit(Writes writes) {
  GOCHAT_FAULT_POINT(store_before_begin);
  Result<void> outcome;
  if (!writable()) {
    outcome = failed(ErrorCode::unavailable, "a sync has failed: the store must be opened again");
  } else if (auto may = merge_.may_go_on(); !may) {
    outcome = std::move(may);
  } else {
    std::vector<Part> parts;
    for (const auto& write : writes) parts.push_back({write.get(), 0, write->items()});
    const bool merged_before = !merge_.failed();
    outcome = transact(parts, true);
    if (!outcome && merged_before && merge_.failed()) outcome = transact(parts, false);
  }
  if (outcome || is_environment(outcome.error())) {
    if (!outcome && writable()) note_failure(outcome.error());
    const bool was_told = outcome && GOCHAT_PLANTED(receipt_before_commit);
    for (const auto& write : writes) {
      if (!was_told) write->settle(outcome);
    }
  } else {
    log::error("a batch is written one by one",
               {{log::Field::component, "store"}, {log::Field::reason, outcome.error().detail}});
    for (const auto& write : writes) one_by_one(*write);
  }
  if (outcome && std::exchange(failing_, false)) {
    log::info("writes are taken again", {{log::Field::component, "store"}});
  }
  if (writable()) calls_.after_commit();
}

// Every item has its own outcome now, also when the disk fails half way.
void Committer::one_by_one(Write& write) {
  for (std::size_t n = 0; n < write.items(); ++n) {
    if (auto done = transact({{&write, n, n + 1}}, false); !done) {
      write.fail(n, std::move(done).error());
    }
  }
  write.settle({});
}

std::size_t Committer::items_of(const std::vector<Part>& parts) {
  std::size_t items = 0;
  for (const Part& part : parts) items += part.to - part.from;
  return items;
}

Result<void> Committer::transact(const std::vector<Part>& parts, bool merges) {
  const MonoTime begun = calls_.now();
  auto done = write(parts, merges);
  if (done) {
    counts_.commit_items.observe(items_of(parts));
    counts_.commit_seconds.observe(calls_.now() - begun);
  } else {
    counts_.commit_failures.add();
  }
  return done;
}

Result<void> Committer::write(const std::vector<Part>& parts, bool merges) {
  Batch batch{ground_, logs_};
  {
    auto transaction = ground_.db.begin();
    if (!transaction) return std::move(transaction).error();
    auto filled = fill(batch, parts, merges);
    if (filled) filled = end_transaction(parts);
    if (!filled) {
      transaction->rollback();
      merge_.rolled_back();
      return filled;
    }
  }
  logs_ = batch.logs();
  recent_.publish(batch.take_published());
  if (merge_.committed()) counts_.merges.add();
  return {};
}

// The slice goes first: it writes the heads as they were published, and what this batch changes in
// them comes on top.
Result<void> Committer::fill(Batch& batch, const std::vector<Part>& parts, bool merges) {
  if (merges) {
    if (auto merged = merge_.slice(items_of(parts)); !merged) return merged;
  }
  for (const Part& part : parts) {
    if (auto applied = part.write->apply(batch, part.from, part.to); !applied) return applied;
  }
  return batch.flush();
}

Result<void> Committer::end_transaction(const std::vector<Part>& parts) {
  if (GOCHAT_PLANTED(receipt_before_commit)) {
    for (const Part& part : parts) part.write->settle({});
  }
  GOCHAT_FAULT_POINT(store_before_commit);
  auto committed = execute(ground_.db, "COMMIT");
  if (committed) {
    GOCHAT_FAULT_POINT(store_after_commit);
    return committed;
  }
  sqlite3* db = ground_.db.raw();
  const int code = sqlite3_extended_errcode(db);
  if (is_failed_sync(code)) {
    broken_.store(true, std::memory_order_relaxed);
    log::error("a sync has failed: no write is taken until the store is opened again",
               {{log::Field::component, "store"}, {log::Field::reason, committed.error().detail}});
  }
  if (leaves_nothing(code)) return committed;
  // Whether the transaction comes back at the next start is not known.
  return failed(ErrorCode::timeout, committed.error().detail);
}

// Once when it begins and not for every batch of a full disk.
void Committer::note_failure(const Error& error) {
  if (std::exchange(failing_, true)) return;
  log::error("writes are refused",
             {{log::Field::component, "store"}, {log::Field::reason, error.detail}});
}

}  // namespace gochat::sqlite

// Copies the log's pages into the database, on the commit thread, little and often: a checkpoint of
// thousands of pages inside one commit would be everybody's worst wait.
//
// A checkpoint that covers the whole log syncs the database before it returns. So a read
// transaction of our own pins a place behind the log's end, which keeps each piece incomplete:
// pages are copied, nothing is synced. When enough has gathered, another thread syncs the database
// file, and then one complete checkpoint finds little left to do; the log begins anew with the next
// commit.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/connection.hpp"
#include "async/executor.hpp"
#include "base/result.hpp"

namespace gochat::sqlite {

struct CheckpointLimits {
  // The log is begun anew when it has this many frames, or soon after.
  std::int64_t log_frames = 1000;
  // Frames that are copied between two commits.
  std::int64_t piece_frames = 128;
};

class Checkpointer {
 public:
  // `writer` is the only connection that writes, opened with `options`; `helper` runs the syncs.
  // All outlive this object.
  static Result<std::unique_ptr<Checkpointer>> open(const std::filesystem::path& path,
                                                    const ConnectionOptions& options,
                                                    Connection& writer, Executor& helper,
                                                    CheckpointLimits limits = {});

  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  // Waits for a sync that is under way.
  ~Checkpointer();

  // Called on the commit thread after each commit, outside a transaction. An Error means that the
  // database was not brought up to date; everything stored stays in the log and is tried again.
  Result<void> after_commit();

  // Frames in the log after the last commit. This and the next from any thread.
  std::int64_t log_frames() const { return frames_; }
  std::uint64_t completed() const { return completed_; }

 private:
  enum class Sync : std::uint8_t { none, running, done, failed };
  struct Progress {
    int log_frames = 0;
    int copied_frames = 0;
  };

  Checkpointer(Connection pin, Connection& writer, Executor& helper, CheckpointLimits limits);

  Result<void> copy_piece();
  Result<void> complete();
  Result<Progress> checkpoint();
  Result<void> move_pin();
  void announce();
  void begin_sync();
  void note_frames(std::int64_t frames);

  Connection pin_;
  Connection& writer_;
  Executor& helper_;
  CheckpointLimits limits_;
  DatabaseSync database_sync_;
  std::optional<Transaction> pinned_;
  std::atomic<std::int64_t> frames_ = 0;
  // The log's length at the last piece, and the one at which a checkpoint that readers put off is
  // tried again; 0 when none is due.
  std::int64_t last_piece_ = 0;
  std::int64_t retry_at_ = 0;
  std::atomic<std::uint64_t> completed_ = 0;
  std::atomic<Sync> sync_ = Sync::none;
  // The helper marks what the next piece may copy; until it has, no piece is copied.
  std::atomic<bool> marking_ = false;
};

}  // namespace gochat::sqlite

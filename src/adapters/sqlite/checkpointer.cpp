#include "adapters/sqlite/checkpointer.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "adapters/sqlite/sqlite_error.hpp"
#include "base/fault.hpp"

namespace gochat::sqlite {
namespace {

// While readers keep the log from beginning anew, each try looks at all its frames: the longer it
// is, the rarer the tries.
constexpr std::int64_t retry_share = 16;

}  // namespace

Result<std::unique_ptr<Checkpointer>> Checkpointer::open(const std::filesystem::path& path,
                                                         const ConnectionOptions& options,
                                                         Connection& writer, Executor& helper,
                                                         CheckpointLimits limits) {
  auto pin = Connection::open(path, {.vfs = options.vfs, .read_only = true, .cache_kib = 64});
  if (!pin) return std::move(pin).error();
  return std::unique_ptr<Checkpointer>{new Checkpointer{std::move(*pin), writer, helper, limits}};
}

Checkpointer::Checkpointer(Connection pin, Connection& writer, Executor& helper,
                           CheckpointLimits limits)
    : pin_{std::move(pin)},
      writer_{writer},
      helper_{helper},
      limits_{limits},
      database_sync_{writer} {
  sqlite3_wal_hook(
      writer_.raw(),
      [](void* self, sqlite3*, const char*, int frames) {
        static_cast<Checkpointer*>(self)->note_frames(frames);
        return SQLITE_OK;
      },
      this);
}

Checkpointer::~Checkpointer() {
  sync_.wait(Sync::running);
  marking_.wait(true);
  sqlite3_wal_hook(writer_.raw(), nullptr, nullptr);
}

// Fewer than before: the log was begun anew.
void Checkpointer::note_frames(std::int64_t frames) {
  if (frames < frames_) {
    last_piece_ = 0;
    retry_at_ = 0;
  }
  frames_ = frames;
}

Result<void> Checkpointer::after_commit() {
  const Sync sync = sync_.load(std::memory_order_acquire);
  if (sync == Sync::failed) {
    return failed(ErrorCode::unavailable, "the sync of a checkpoint failed");
  }
  if (sync == Sync::done) {
    sync_ = Sync::none;
    return complete();
  }
  if (retry_at_ != 0) return frames_ >= retry_at_ ? complete() : Result<void>{};
  if (frames_ - last_piece_ >= limits_.piece_frames && !marking_.load(std::memory_order_acquire)) {
    if (auto copied = copy_piece(); !copied) return copied;
  }
  if (sync == Sync::none && frames_ >= limits_.log_frames) begin_sync();
  return {};
}

// Copies up to the pin, which lies one piece back, and moves it to the log's end.
Result<void> Checkpointer::copy_piece() {
  last_piece_ = frames_;
  if (pinned_) {
    if (auto progress = checkpoint(); !progress) return std::move(progress).error();
    GOCHAT_FAULT_POINT(checkpoint);
  }
  return move_pin();
}

Result<void> Checkpointer::move_pin() {
  pinned_.reset();
  auto transaction = pin_.begin_read();
  if (!transaction) return std::move(transaction).error();
  pinned_.emplace(std::move(*transaction));
  announce();
  return {};
}

// Should the helper be busy or fail, the checkpoint itself finds the frames unmarked and marks
// them.
void Checkpointer::announce() {
  marking_ = true;
  const bool taken = helper_.post([this, notice = BackfillNotice{writer_}] {
    static_cast<void>(notice.run());
    marking_.store(false, std::memory_order_release);
    marking_.notify_all();
  });
  if (!taken) marking_ = false;
}

void Checkpointer::begin_sync() {
  sync_ = Sync::running;
  const bool taken = helper_.post([this, notice = BackfillNotice{writer_}] {
    const bool synced = notice.run().ok() && database_sync_.run().ok();
    sync_.store(synced ? Sync::done : Sync::failed, std::memory_order_release);
    sync_.notify_all();
  });
  // A busy helper costs a longer complete checkpoint, nothing else.
  if (!taken) sync_ = Sync::done;
}

Result<void> Checkpointer::complete() {
  pinned_.reset();
  // Holds until the log is seen to begin anew, or for the next try.
  retry_at_ = frames_ + std::max(limits_.piece_frames, frames_.load() / retry_share);
  auto progress = checkpoint();
  if (!progress) return std::move(progress).error();
  if (progress->copied_frames == progress->log_frames) ++completed_;
  return {};
}

Result<Checkpointer::Progress> Checkpointer::checkpoint() {
  Progress progress;
  const int code = sqlite3_wal_checkpoint_v2(writer_.raw(), "main", SQLITE_CHECKPOINT_PASSIVE,
                                             &progress.log_frames, &progress.copied_frames);
  if (code != SQLITE_OK) return error_from(writer_.raw(), code, "checkpoint");
  return progress;
}

}  // namespace gochat::sqlite

// How much of its log the database file may hold already, kept in a file of its own beside them.
//
// A checkpoint copies pages before it is complete. If the log then loses its end - a damaged file
// system, a careless copy - recovery takes the older pages of what is left and mixes them with the
// newer ones in the database: each page is sound, the whole is not. So nothing is copied before the
// mark that covers it is durable, and a log that ends before its mark is refused (prepare_wal).
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "adapters/sqlite/checked_file.hpp"
#include "base/mutex.hpp"

namespace gochat::sqlite {

// A point in the life of a log; the salt changes whenever it is begun anew.
struct LogPosition {
  std::uint64_t salt = 0;
  std::uint64_t frames = 0;
};

class BackfillMark {
 public:
  BackfillMark(Disk& disk, sqlite3_vfs& platform, const std::string& database);
  BackfillMark(const BackfillMark&) = delete;
  BackfillMark& operator=(const BackfillMark&) = delete;
  ~BackfillMark();

  bool covers(LogPosition position);
  // Durable when it answers SQLITE_OK. `to` was synced in the log before.
  int raise(LogPosition to);
  // The database holds all of its log, which is about to be removed.
  int clear();

  // What lies on the disk; nothing when it was cleared, is not there or is damaged itself.
  static std::optional<LogPosition> read(const std::filesystem::path& database);

 private:
  int open() GOCHAT_REQUIRES(mutex_);
  int write(std::span<const std::byte> bytes) GOCHAT_REQUIRES(mutex_);

  Disk& disk_;
  sqlite3_vfs& platform_;
  // SQLite keeps a pointer to it.
  const std::string path_;
  // A checkpoint's helper thread raises it ahead of the commit thread.
  Mutex mutex_;
  std::unique_ptr<CheckedFile> file_ GOCHAT_GUARDED_BY(mutex_);
  LogPosition durable_ GOCHAT_GUARDED_BY(mutex_);
};

}  // namespace gochat::sqlite

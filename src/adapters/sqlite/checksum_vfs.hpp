// The VFS beneath every connection of the store: the platform's own, with a hash in each page that
// is stamped on the way to the disk and checked on the way back, in the database and in its log
// alike.
//
// SQLite computes a log frame's checksum before a VFS sees the page. Stamping the page alone would
// make recovery drop the frame, in silence, with everything after it; so frames are linked anew
// (wal_file.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/sqlite/disk_observer.hpp"
#include "base/result.hpp"

struct sqlite3_file;

namespace gochat::sqlite {

class Connection;

struct DiskCounters {
  std::uint64_t database_bytes = 0;
  std::uint64_t wal_bytes = 0;
  std::uint64_t database_syncs = 0;
  std::uint64_t wal_syncs = 0;
  std::uint64_t mark_syncs = 0;
  std::uint64_t pages_checked = 0;
  std::uint64_t bad_pages = 0;
};

struct BadPage {
  DiskFile file = DiskFile::database;
  // 0: none was met.
  std::uint32_t number = 0;
};

class ChecksumVfs {
 public:
  // Registered with SQLite as long as it lives, under a name of its own; outlives its connections.
  explicit ChecksumVfs(DiskObserver* observer = nullptr);
  ChecksumVfs(const ChecksumVfs&) = delete;
  ChecksumVfs& operator=(const ChecksumVfs&) = delete;
  ~ChecksumVfs();

  const std::string& name() const;
  DiskCounters counters() const;

  // A sync has failed. What the kernel then still holds of the file is anybody's guess, so nothing
  // is written or synced any more: only a new process, which reads what is there, may go on.
  bool broken() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

// The damaged page that this connection met last.
BadPage last_bad_page(const Connection& connection);

// Promises that the log's frames of this moment may be copied, ahead of the checkpoint that would
// otherwise have to do so on the commit thread. Made by the connection's thread, outside a
// transaction; `run` may be called from any. The connection outlives it.
class BackfillNotice {
 public:
  explicit BackfillNotice(const Connection& connection);
  Result<void> run() const;

 private:
  sqlite3_file* file_ = nullptr;
  std::uint64_t salt_ = 0;
  std::uint64_t frames_ = 0;
};

// Syncs the database file through its connection's own descriptor: opening the file anew and
// closing it would drop the locks that the process holds. Made by the connection's thread; `run` is
// the one thing that another thread may do while the connection is in use. The connection outlives
// it.
class DatabaseSync {
 public:
  explicit DatabaseSync(const Connection& connection);
  Result<void> run() const;

 private:
  sqlite3_file* file_ = nullptr;
};

}  // namespace gochat::sqlite

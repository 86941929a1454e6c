// Where tests stand between SQLite and the disk: they see every act before it happens and decide
// what becomes of it. Production has none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace gochat::sqlite {

// The mark says how much of the log the database may hold (backfill_mark.hpp).
enum class DiskFile : std::uint8_t { database, wal, mark, other };
enum class DiskAct : std::uint8_t { read, write, sync, truncate, remove };

struct DiskEvent {
  DiskFile file;
  DiskAct act;
  // Of a write or read; the new size for a truncate.
  std::int64_t offset = 0;
  // What is about to be written, as it will lie on the disk.
  std::span<const std::byte> bytes = {};
};

struct DiskVerdict {
  enum class Kind : std::uint8_t {
    go_on,
    // Reports success; of a write only `bytes_kept` reach the file, of anything else nothing
    // happens.
    pretend,
    // Fails as a full or a broken disk does, after `bytes_kept` of a write.
    no_space,
    io_error,
  };
  Kind kind = Kind::go_on;
  std::size_t bytes_kept = 0;
};

class DiskObserver {
 public:
  virtual ~DiskObserver() = default;

  // May be called from several threads: readers have their own, and so has the sync of a
  // checkpoint.
  virtual DiskVerdict before(const DiskEvent& event) = 0;
};

}  // namespace gochat::sqlite

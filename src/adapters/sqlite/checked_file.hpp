// One open file of the ChecksumVfs. This base passes everything on; DatabaseFile and WalFile check.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/disk_observer.hpp"

namespace gochat::sqlite {

// What the files of one VFS share.
struct Disk {
  DiskObserver* observer = nullptr;
  std::atomic<bool> broken{false};
  std::atomic<std::uint64_t> database_bytes{0};
  std::atomic<std::uint64_t> wal_bytes{0};
  std::atomic<std::uint64_t> database_syncs{0};
  std::atomic<std::uint64_t> wal_syncs{0};
  std::atomic<std::uint64_t> mark_syncs{0};
  std::atomic<std::uint64_t> pages_checked{0};
  std::atomic<std::uint64_t> bad_pages{0};

  DiskVerdict ask(const DiskEvent& event) const {
    return observer == nullptr ? DiskVerdict{} : observer->before(event);
  }
};

// Questions to the main file of a connection, through sqlite3_file_control. SQLite leaves numbers
// above 100 to others; these spell "GC".
inline constexpr int control_bad_page = 0x47430001;  // BadPage*
inline constexpr int control_broken = 0x47430002;    // bool*
inline constexpr int control_position = 0x47430003;  // LogPosition*, of the log as it is now
inline constexpr int control_cover = 0x47430004;     // LogPosition*; safe on any thread

class CheckedFile {
 public:
  // `real` is the platform's file, opened already.
  CheckedFile(Disk& disk, DiskFile kind, std::unique_ptr<std::byte[]> real);
  CheckedFile(const CheckedFile&) = delete;
  CheckedFile& operator=(const CheckedFile&) = delete;
  virtual ~CheckedFile() = default;

  // All answer a SQLite code.
  virtual int read(std::span<std::byte> into, std::int64_t offset);
  virtual int write(std::span<const std::byte> bytes, std::int64_t offset);
  virtual int truncate(std::int64_t size);
  virtual int sync(int flags);
  virtual int control(int operation, void* argument);
  virtual int close();

  sqlite3_file* real() const { return reinterpret_cast<sqlite3_file*>(real_.get()); }

 protected:
  int raw_read(std::span<std::byte> into, std::int64_t offset);
  int raw_write(std::span<const std::byte> bytes, std::int64_t offset);

  Disk& disk_;

 private:
  int write_part(std::span<const std::byte> bytes, std::int64_t offset);

  DiskFile kind_;
  std::unique_ptr<std::byte[]> real_;
};

}  // namespace gochat::sqlite

#include "adapters/sqlite/checked_file.hpp"

#include <utility>

namespace gochat::sqlite {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

}  // namespace

CheckedFile::CheckedFile(Disk& disk, DiskFile kind, std::unique_ptr<std::byte[]> real)
    : disk_{disk}, kind_{kind}, real_{std::move(real)} {}

int CheckedFile::read(std::span<std::byte> into, std::int64_t offset) {
  return raw_read(into, offset);
}

int CheckedFile::write(std::span<const std::byte> bytes, std::int64_t offset) {
  return raw_write(bytes, offset);
}

int CheckedFile::raw_read(std::span<std::byte> into, std::int64_t offset) {
  const auto verdict = disk_.ask({kind_, DiskAct::read, offset, into});
  if (verdict.kind == DiskVerdict::Kind::io_error) return SQLITE_IOERR_READ;
  return real()->pMethods->xRead(real(), into.data(), static_cast<int>(into.size()), offset);
}

int CheckedFile::write_part(std::span<const std::byte> bytes, std::int64_t offset) {
  if (bytes.empty()) return SQLITE_OK;
  if (kind_ == DiskFile::database) disk_.database_bytes.fetch_add(bytes.size(), relaxed);
  if (kind_ == DiskFile::wal) disk_.wal_bytes.fetch_add(bytes.size(), relaxed);
  return real()->pMethods->xWrite(real(), bytes.data(), static_cast<int>(bytes.size()), offset);
}

int CheckedFile::raw_write(std::span<const std::byte> bytes, std::int64_t offset) {
  if (disk_.broken) return SQLITE_IOERR_WRITE;
  const auto verdict = disk_.ask({kind_, DiskAct::write, offset, bytes});
  if (verdict.kind == DiskVerdict::Kind::go_on) return write_part(bytes, offset);
  const int code = write_part(bytes.first(verdict.bytes_kept), offset);
  if (code != SQLITE_OK || verdict.kind == DiskVerdict::Kind::pretend) return code;
  return verdict.kind == DiskVerdict::Kind::no_space ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int CheckedFile::truncate(std::int64_t size) {
  if (disk_.broken) return SQLITE_IOERR_TRUNCATE;
  const auto verdict = disk_.ask({kind_, DiskAct::truncate, size});
  if (verdict.kind == DiskVerdict::Kind::pretend) return SQLITE_OK;
  if (verdict.kind != DiskVerdict::Kind::go_on) return SQLITE_IOERR_TRUNCATE;
  return real()->pMethods->xTruncate(real(), size);
}

// A sync that failed is never tried again: the kernel may have dropped what it could not write and
// would call the second try a success.
int CheckedFile::sync(int flags) {
  if (disk_.broken) return SQLITE_IOERR_FSYNC;
  const auto verdict = disk_.ask({kind_, DiskAct::sync});
  if (verdict.kind == DiskVerdict::Kind::pretend) return SQLITE_OK;
  int code = SQLITE_IOERR_FSYNC;
  if (verdict.kind == DiskVerdict::Kind::go_on) code = real()->pMethods->xSync(real(), flags);
  if (code != SQLITE_OK) disk_.broken = true;
  if (kind_ == DiskFile::database) disk_.database_syncs.fetch_add(1, relaxed);
  if (kind_ == DiskFile::wal) disk_.wal_syncs.fetch_add(1, relaxed);
  if (kind_ == DiskFile::mark) disk_.mark_syncs.fetch_add(1, relaxed);
  return code;
}

int CheckedFile::control(int operation, void* argument) {
  return real()->pMethods->xFileControl(real(), operation, argument);
}

int CheckedFile::close() { return real()->pMethods->xClose(real()); }

}  // namespace gochat::sqlite

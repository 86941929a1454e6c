#include "adapters/sqlite/checksum_vfs.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstring>
#include <string_view>

#include "adapters/sqlite/checked_file.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/database_file.hpp"
#include "adapters/sqlite/sqlite_error.hpp"
#include "adapters/sqlite/wal_file.hpp"
#include "base/assert.hpp"

namespace gochat::sqlite {
namespace {

// What SQLite allocates and knows; the first member is what it looks at.
struct Handle {
  sqlite3_file shown;
  CheckedFile* file;
};

CheckedFile& file_of(sqlite3_file* shown) { return *reinterpret_cast<Handle*>(shown)->file; }
sqlite3_file* real_of(sqlite3_file* shown) { return file_of(shown).real(); }

int on_close(sqlite3_file* shown) {
  const std::unique_ptr<CheckedFile> file{reinterpret_cast<Handle*>(shown)->file};
  return file->close();
}

int on_read(sqlite3_file* shown, void* into, int bytes, sqlite3_int64 offset) {
  return file_of(shown).read({static_cast<std::byte*>(into), static_cast<std::size_t>(bytes)},
                             offset);
}

int on_write(sqlite3_file* shown, const void* from, int bytes, sqlite3_int64 offset) {
  return file_of(shown).write(
      {static_cast<const std::byte*>(from), static_cast<std::size_t>(bytes)}, offset);
}

int on_truncate(sqlite3_file* shown, sqlite3_int64 size) { return file_of(shown).truncate(size); }
int on_sync(sqlite3_file* shown, int flags) { return file_of(shown).sync(flags); }

int on_control(sqlite3_file* shown, int operation, void* argument) {
  return file_of(shown).control(operation, argument);
}

int on_file_size(sqlite3_file* shown, sqlite3_int64* size) {
  return real_of(shown)->pMethods->xFileSize(real_of(shown), size);
}

int on_lock(sqlite3_file* shown, int level) {
  return real_of(shown)->pMethods->xLock(real_of(shown), level);
}

int on_unlock(sqlite3_file* shown, int level) {
  return real_of(shown)->pMethods->xUnlock(real_of(shown), level);
}

int on_check_reserved_lock(sqlite3_file* shown, int* held) {
  return real_of(shown)->pMethods->xCheckReservedLock(real_of(shown), held);
}

int on_sector_size(sqlite3_file* shown) {
  return real_of(shown)->pMethods->xSectorSize(real_of(shown));
}

int on_device_characteristics(sqlite3_file* shown) {
  return real_of(shown)->pMethods->xDeviceCharacteristics(real_of(shown));
}

int on_shm_map(sqlite3_file* shown, int region, int bytes, int extend, void volatile** at) {
  const int code = real_of(shown)->pMethods->xShmMap(real_of(shown), region, bytes, extend, at);
  if (region == 0) static_cast<DatabaseFile&>(file_of(shown)).mapped_index(*at);
  return code;
}

int on_shm_lock(sqlite3_file* shown, int offset, int count, int flags) {
  return real_of(shown)->pMethods->xShmLock(real_of(shown), offset, count, flags);
}

void on_shm_barrier(sqlite3_file* shown) { real_of(shown)->pMethods->xShmBarrier(real_of(shown)); }

int on_shm_unmap(sqlite3_file* shown, int remove) {
  static_cast<DatabaseFile&>(file_of(shown)).mapped_index(nullptr);
  return real_of(shown)->pMethods->xShmUnmap(real_of(shown), remove);
}

// Version 2 has no xFetch: mapped pages would be read past the checks, whatever a pragma asks for.
constexpr sqlite3_io_methods methods{
    .iVersion = 2,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_file_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_check_reserved_lock,
    .xFileControl = on_control,
    .xSectorSize = on_sector_size,
    .xDeviceCharacteristics = on_device_characteristics,
    .xShmMap = on_shm_map,
    .xShmLock = on_shm_lock,
    .xShmBarrier = on_shm_barrier,
    .xShmUnmap = on_shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

constexpr std::string_view wal_suffix = "-wal";

DiskFile kind_of(int flags) {
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return DiskFile::database;
  if ((flags & SQLITE_OPEN_WAL) != 0) return DiskFile::wal;
  return DiskFile::other;
}

// A crash while the file was being created leaves a rollback journal beside it: SQLite must be let
// in to undo the half-made file before its layout means anything.
bool has_journal(sqlite3_vfs& real, const char* path) {
  int exists = 0;
  const std::string journal = std::string{path} + "-journal";
  return real.xAccess(&real, journal.c_str(), SQLITE_ACCESS_EXISTS, &exists) == SQLITE_OK &&
         exists != 0;
}

}  // namespace

// A copy of the platform's VFS with two functions replaced; the others neither know nor mind.
struct ChecksumVfs::State : sqlite3_vfs {
  sqlite3_vfs* platform = nullptr;
  std::string name;
  Disk disk;
};

namespace {

ChecksumVfs::State& state_of(sqlite3_vfs* vfs) { return *static_cast<ChecksumVfs::State*>(vfs); }

std::unique_ptr<CheckedFile> checked(ChecksumVfs::State& state, const char* path, int flags,
                                     std::unique_ptr<std::byte[]> real) {
  switch (kind_of(flags)) {
    case DiskFile::database:
      return std::make_unique<DatabaseFile>(state.disk, std::move(real), *state.platform, path);
    case DiskFile::wal: {
      sqlite3_file* main = sqlite3_database_file_object(path);
      return std::make_unique<WalFile>(state.disk, std::move(real),
                                       static_cast<DatabaseFile&>(file_of(main)));
    }
    case DiskFile::mark:
    case DiskFile::other:
      break;
  }
  return std::make_unique<CheckedFile>(state.disk, DiskFile::other, std::move(real));
}

int on_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* shown, int flags, int* flags_out) {
  ChecksumVfs::State& state = state_of(vfs);
  auto* handle = reinterpret_cast<Handle*>(shown);
  // SQLite closes only what has methods.
  handle->shown.pMethods = nullptr;
  handle->file = nullptr;
  auto real = std::make_unique<std::byte[]>(static_cast<std::size_t>(state.platform->szOsFile));
  const int code = state.platform->xOpen(
      state.platform, path, reinterpret_cast<sqlite3_file*>(real.get()), flags, flags_out);
  if (code != SQLITE_OK) return code;
  auto file = checked(state, path, flags, std::move(real));
  if (auto* database = dynamic_cast<DatabaseFile*>(file.get());
      database != nullptr && !database->has_our_layout() && !has_journal(*state.platform, path)) {
    file->close();
    return SQLITE_NOTADB;
  }
  handle->file = file.release();
  handle->shown.pMethods = &methods;
  return SQLITE_OK;
}

int on_delete(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  ChecksumVfs::State& state = state_of(vfs);
  const std::string_view name{path};
  const bool is_wal = name.ends_with(wal_suffix);
  if (state.disk.broken) return SQLITE_IOERR_DELETE;
  if (is_wal) {
    const std::string database{name.substr(0, name.size() - wal_suffix.size())};
    const int code = BackfillMark{state.disk, *state.platform, database}.clear();
    if (code != SQLITE_OK) return code;
  }
  const auto verdict = state.disk.ask({is_wal ? DiskFile::wal : DiskFile::other, DiskAct::remove});
  if (verdict.kind == DiskVerdict::Kind::pretend) return SQLITE_OK;
  if (verdict.kind != DiskVerdict::Kind::go_on) return SQLITE_IOERR_DELETE;
  return state.platform->xDelete(state.platform, path, sync_directory);
}

}  // namespace

ChecksumVfs::ChecksumVfs(DiskObserver* observer) : state_{std::make_unique<State>()} {
  sqlite3_initialize();
  sqlite3_vfs* platform = sqlite3_vfs_find(nullptr);
  GOCHAT_ASSERT(platform != nullptr);
  static_cast<sqlite3_vfs&>(*state_) = *platform;
  state_->platform = platform;
  state_->disk.observer = observer;
  // Two stores in one process must not share counters, nor the verdict over a broken disk.
  state_->name = fmt::format("gochat-{}", static_cast<const void*>(state_.get()));
  state_->zName = state_->name.c_str();
  state_->pNext = nullptr;
  state_->szOsFile = sizeof(Handle);
  state_->xOpen = on_open;
  state_->xDelete = on_delete;
  GOCHAT_ASSERT(sqlite3_vfs_register(state_.get(), 0) == SQLITE_OK);
}

ChecksumVfs::~ChecksumVfs() { sqlite3_vfs_unregister(state_.get()); }

const std::string& ChecksumVfs::name() const { return state_->name; }

DiskCounters ChecksumVfs::counters() const {
  const Disk& disk = state_->disk;
  return {disk.database_bytes, disk.wal_bytes,     disk.database_syncs, disk.wal_syncs,
          disk.mark_syncs,     disk.pages_checked, disk.bad_pages};
}

bool ChecksumVfs::broken() const { return state_->disk.broken; }

BadPage last_bad_page(const Connection& connection) {
  BadPage page;
  sqlite3_file_control(connection.raw(), "main", control_bad_page, &page);
  return page;
}

BackfillNotice::BackfillNotice(const Connection& connection) {
  sqlite3_file_control(connection.raw(), "main", SQLITE_FCNTL_FILE_POINTER, &file_);
  LogPosition position;
  sqlite3_file_control(connection.raw(), "main", control_position, &position);
  salt_ = position.salt;
  frames_ = position.frames;
}

Result<void> BackfillNotice::run() const {
  LogPosition position{salt_, frames_};
  const int code = file_->pMethods->xFileControl(file_, control_cover, &position);
  // A file of the platform's own VFS keeps no mark.
  if (code == SQLITE_OK || code == SQLITE_NOTFOUND) return {};
  return error_from(nullptr, code, "mark of what is copied from the log");
}

DatabaseSync::DatabaseSync(const Connection& connection) {
  sqlite3_file_control(connection.raw(), "main", SQLITE_FCNTL_FILE_POINTER, &file_);
  GOCHAT_ASSERT(file_ != nullptr);
}

Result<void> DatabaseSync::run() const {
  const int code = file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK) return error_from(nullptr, code, "sync of the database file");
  return {};
}

}  // namespace gochat::sqlite

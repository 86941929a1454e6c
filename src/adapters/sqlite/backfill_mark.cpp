#include "adapters/sqlite/backfill_mark.hpp"

#include <array>
#include <cstring>
#include <fstream>

#include "adapters/sqlite/wal_format.hpp"

namespace gochat::sqlite {
namespace {

constexpr std::string_view suffix = "-mark";
constexpr std::array<char, 8> magic{'g', 'o', 'c', 'h', 'a', 't', 'm', '1'};
// magic | salt | frames | checksum. It lies within one sector, so a power cut leaves the old or the
// new.
using Bytes = std::array<std::byte, 32>;
constexpr std::size_t checked_bytes = 24;

WalChain chain_of(const Bytes& bytes) {
  WalChain chain;
  chain.extend(std::span{bytes}.first<checked_bytes>(), false);
  return chain;
}

Bytes encode(LogPosition position) {
  Bytes bytes;
  std::memcpy(bytes.data(), magic.data(), magic.size());
  std::memcpy(bytes.data() + 8, &position.salt, 8);
  std::memcpy(bytes.data() + 16, &position.frames, 8);
  chain_of(bytes).store(bytes.data() + checked_bytes);
  return bytes;
}

std::optional<LogPosition> decode(const Bytes& bytes) {
  if (std::memcmp(bytes.data(), magic.data(), magic.size()) != 0) return std::nullopt;
  if (chain_of(bytes) != WalChain{bytes.data() + checked_bytes}) return std::nullopt;
  LogPosition position;
  std::memcpy(&position.salt, bytes.data() + 8, 8);
  std::memcpy(&position.frames, bytes.data() + 16, 8);
  return position;
}

}  // namespace

BackfillMark::BackfillMark(Disk& disk, sqlite3_vfs& platform, const std::string& database)
    : disk_{disk}, platform_{platform}, path_{database + std::string{suffix}} {}

BackfillMark::~BackfillMark() {
  const MutexLock lock{mutex_};
  if (file_ != nullptr) file_->close();
}

bool BackfillMark::covers(LogPosition position) {
  const MutexLock lock{mutex_};
  return position.salt == durable_.salt && position.frames <= durable_.frames;
}

int BackfillMark::raise(LogPosition to) {
  const MutexLock lock{mutex_};
  if (to.salt == durable_.salt && to.frames <= durable_.frames) return SQLITE_OK;
  if (const int code = open(); code != SQLITE_OK) return code;
  const int code = write(encode(to));
  if (code == SQLITE_OK) durable_ = to;
  return code;
}

int BackfillMark::clear() {
  const MutexLock lock{mutex_};
  int exists = 0;
  const int asked = platform_.xAccess(&platform_, path_.c_str(), SQLITE_ACCESS_EXISTS, &exists);
  if (asked != SQLITE_OK || exists == 0) return asked;
  if (const int code = open(); code != SQLITE_OK) return code;
  // Emptied before it is removed: a removal alone might not survive a power cut, while the log's
  // does.
  if (const int code = write(Bytes{}); code != SQLITE_OK) return code;
  file_->close();
  file_.reset();
  return platform_.xDelete(&platform_, path_.c_str(), 0);
}

std::optional<LogPosition> BackfillMark::read(const std::filesystem::path& database) {
  std::filesystem::path path = database;
  path += suffix;
  std::ifstream file{path, std::ios::binary};
  Bytes bytes{};
  if (!file.read(reinterpret_cast<char*>(bytes.data()), bytes.size())) return std::nullopt;
  return decode(bytes);
}

// Opened as a journal is: with the rights of the database, and its first sync makes its name
// durable too.
int BackfillMark::open() {
  if (file_ != nullptr) return SQLITE_OK;
  auto real = std::make_unique<std::byte[]>(static_cast<std::size_t>(platform_.szOsFile));
  const int code = platform_.xOpen(
      &platform_, path_.c_str(), reinterpret_cast<sqlite3_file*>(real.get()),
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_JOURNAL, nullptr);
  if (code != SQLITE_OK) return code;
  file_ = std::make_unique<CheckedFile>(disk_, DiskFile::mark, std::move(real));
  return SQLITE_OK;
}

int BackfillMark::write(std::span<const std::byte> bytes) {
  const int code = file_->write(bytes, 0);
  return code == SQLITE_OK ? file_->sync(SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) : code;
}

}  // namespace gochat::sqlite

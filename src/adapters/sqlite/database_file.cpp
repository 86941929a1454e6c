#include "adapters/sqlite/database_file.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "adapters/sqlite/page_checksum.hpp"

namespace gochat::sqlite {
namespace {

constexpr std::size_t file_header_bytes = 100;
constexpr std::size_t reserve_at = 20;
constexpr std::size_t frames_in_index_at = 16;
constexpr std::size_t salt_in_index_at = 32;

bool is_whole_page(std::size_t bytes, std::int64_t offset) {
  return bytes == page_bytes && offset % page_bytes == 0;
}

std::uint32_t page_at(std::int64_t offset) {
  return static_cast<std::uint32_t>(offset / page_bytes) + 1;
}

}  // namespace

int DatabaseFile::read(std::span<std::byte> into, std::int64_t offset) {
  const int code = raw_read(into, offset);
  if (!is_whole_page(into.size(), offset)) return code;
  // SQLite would fill a page beyond the end with zeroes and believe them. It asks only for pages
  // that the database has, so this file was cut off.
  if (code == SQLITE_IOERR_SHORT_READ) return found_bad({DiskFile::database, page_at(offset)});
  if (code != SQLITE_OK) return code;
  disk_.pages_checked.fetch_add(1, std::memory_order_relaxed);
  if (is_sound(MutablePage{into}, page_at(offset))) return SQLITE_OK;
  return found_bad({DiskFile::database, page_at(offset)});
}

int DatabaseFile::write(std::span<const std::byte> bytes, std::int64_t offset) {
  // Only another page size writes otherwise.
  if (!is_whole_page(bytes.size(), offset)) return SQLITE_IOERR_WRITE;
  const Page page{bytes};
  const std::uint32_t number = page_at(offset);
  // Without the reserve, the hash would overwrite content.
  if (number == 1 && page[reserve_at] != std::byte{page_reserve_bytes}) return SQLITE_IOERR_WRITE;
  if (in_checkpoint_) return copy(page, number);
  std::array<std::byte, page_bytes> stamped;
  std::ranges::copy(page, stamped.begin());
  stamp(stamped, number);
  return raw_write(stamped, offset);
}

int DatabaseFile::copy(Page page, std::uint32_t number) {
  if (!is_sound(page, number)) return found_bad({DiskFile::wal, number});
  const LogPosition position = log_position();
  if (!mark_.covers({position.salt, frame_being_copied_})) {
    // To the log's end, so that the pages to come are covered as well.
    if (const int code = mark_.raise(position); code != SQLITE_OK) return code;
  }
  return raw_write(page, static_cast<std::int64_t>(number - 1) * page_bytes);
}

// The index lists synced frames only: SQLite syncs before it lists what was committed, and before
// it checkpoints what it recovered. Its layout is part of SQLite's file format.
LogPosition DatabaseFile::log_position() const {
  if (index_ == nullptr) return {};
  const auto word = [this](std::size_t at) {
    return *reinterpret_cast<const volatile std::uint32_t*>(index_ + at);
  };
  const std::array salt{word(salt_in_index_at), word(salt_in_index_at + 4)};
  return {std::bit_cast<std::uint64_t>(salt), word(frames_in_index_at)};
}

int DatabaseFile::control(int operation, void* argument) {
  switch (operation) {
    case control_bad_page:
      *static_cast<BadPage*>(argument) = last_bad_;
      return SQLITE_OK;
    case control_broken:
      *static_cast<bool*>(argument) = disk_.broken;
      return SQLITE_OK;
    case control_position:
      *static_cast<LogPosition*>(argument) = log_position();
      return SQLITE_OK;
    case control_cover:
      return mark_.raise(*static_cast<const LogPosition*>(argument));
    case SQLITE_FCNTL_CKPT_START:
      in_checkpoint_ = true;
      break;
    case SQLITE_FCNTL_CKPT_DONE:
      in_checkpoint_ = false;
      break;
    default:
      break;
  }
  return CheckedFile::control(operation, argument);
}

bool DatabaseFile::has_our_layout() {
  std::array<std::byte, file_header_bytes> header;
  if (raw_read(header, 0) != SQLITE_OK) return true;
  const bool our_size = header[16] == std::byte{page_bytes >> 8} && header[17] == std::byte{0};
  return our_size && header[reserve_at] == std::byte{page_reserve_bytes};
}

int DatabaseFile::found_bad(BadPage page) {
  disk_.bad_pages.fetch_add(1, std::memory_order_relaxed);
  last_bad_ = page;
  return SQLITE_IOERR_DATA;
}

}  // namespace gochat::sqlite

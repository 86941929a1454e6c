#include "adapters/sqlite/wal_file.hpp"

#include <algorithm>

#include "base/fault.hpp"

namespace gochat::sqlite {
namespace {

constexpr std::int64_t checksum_in_wal_header = 24;
constexpr std::int64_t checksum_in_frame = 16;

}  // namespace

int WalFile::read(std::span<std::byte> into, std::int64_t offset) {
  if (const int code = flush_held(); code != SQLITE_OK) return code;
  if (into.size() == page_bytes && is_frame_page_offset(offset)) return read_page(into, offset);
  // Recovery reads whole frames and follows the checksums itself; refusing one here would turn a
  // torn tail into a store that does not open.
  return raw_read(into, offset);
}

int WalFile::read_page(std::span<std::byte> into, std::int64_t offset) {
  // The header comes along, since it alone knows the page's number.
  std::array<std::byte, frame_bytes> frame;
  if (const int code = raw_read(frame, offset - frame_header_bytes); code != SQLITE_OK) {
    return code == SQLITE_IOERR_SHORT_READ ? database_.found_bad({DiskFile::wal, 0}) : code;
  }
  const std::uint32_t number = read_be32(frame.data());
  const auto page = std::span{frame}.subspan<frame_header_bytes>();
  database_.reads_frame(frame_at(offset - frame_header_bytes));
  disk_.pages_checked.fetch_add(1, std::memory_order_relaxed);
  if (!is_sound(page, number)) return database_.found_bad({DiskFile::wal, number});
  std::ranges::copy(page, into.begin());
  return SQLITE_OK;
}

int WalFile::write(std::span<const std::byte> bytes, std::int64_t offset) {
  unsynced_ = true;
  const bool is_page = bytes.size() == page_bytes && is_frame_page_offset(offset);
  if (is_page && held_ && held_->offset == offset - frame_header_bytes)
    return write_frame(Page{bytes});
  if (const int code = flush_held(); code != SQLITE_OK) return code;
  if (bytes.size() == frame_header_bytes && is_frame_offset(offset)) {
    held_.emplace(HeldHeader{offset, {}});
    std::ranges::copy(bytes, held_->bytes.begin());
    return SQLITE_OK;
  }
  chain_end_.reset();
  if (is_page) return write_page_again(Page{bytes}, offset);
  if (offset < wal_header_bytes) big_endian_.reset();
  return raw_write(bytes, offset);
}

int WalFile::write_frame(Page page) {
  const HeldHeader held = *held_;
  held_.reset();
  if (const int code = load_byte_order(); code != SQLITE_OK) return code;
  if (const int code = load_chain(held.offset); code != SQLITE_OK) return code;

  std::array<std::byte, frame_bytes> frame;
  std::ranges::copy(held.bytes, frame.begin());
  std::ranges::copy(page, frame.begin() + frame_header_bytes);
  stamp(std::span{frame}.subspan<frame_header_bytes>(), read_be32(frame.data()));
  WalChain chain = chain_end_->chain;
  chain.extend_by_frame(frame, *big_endian_);
  chain.store(frame.data() + checksum_in_frame);

  chain_end_.reset();
  const int code = raw_write(frame, held.offset);
  if (code == SQLITE_OK) {
    chain_end_ = ChainEnd{held.offset + frame_bytes, chain};
  } else {
    // Half a commit frame that shorter transactions leave in place would look, after a power cut,
    // like a transaction behind a damage. Nobody reads from here on, and what cannot be cut is no
    // worse.
    static_cast<void>(CheckedFile::truncate(held.offset));
  }
  return code;
}

// A page that left SQLite's cache before its transaction ended, and changed again, is written in
// its old place without a header. At commit SQLite reads the frames back and links them anew by
// itself.
int WalFile::write_page_again(Page page, std::int64_t offset) {
  std::array<std::byte, 4> number;
  if (const int code = raw_read(number, offset - frame_header_bytes); code != SQLITE_OK)
    return code;
  std::array<std::byte, page_bytes> stamped;
  std::ranges::copy(page, stamped.begin());
  stamp(stamped, read_be32(number.data()));
  return raw_write(stamped, offset);
}

int WalFile::truncate(std::int64_t size) {
  if (const int code = flush_held(); code != SQLITE_OK) return code;
  chain_end_.reset();
  unsynced_ = true;
  return CheckedFile::truncate(size);
}

int WalFile::sync(int flags) {
  if (const int code = flush_held(); code != SQLITE_OK) return code;
  chain_end_.reset();
  if (!unsynced_ || GOCHAT_PLANTED(sync_skipped)) return SQLITE_OK;
  const int code = CheckedFile::sync(flags);
  unsynced_ = code != SQLITE_OK;
  return code;
}

int WalFile::close() {
  const int flushed = flush_held();
  const int closed = CheckedFile::close();
  return flushed != SQLITE_OK ? flushed : closed;
}

int WalFile::flush_held() {
  if (!held_) return SQLITE_OK;
  const HeldHeader held = *held_;
  held_.reset();
  chain_end_.reset();
  return raw_write(held.bytes, held.offset);
}

int WalFile::load_byte_order() {
  if (big_endian_) return SQLITE_OK;
  std::array<std::byte, 4> magic;
  if (const int code = raw_read(magic, 0); code != SQLITE_OK) return code;
  big_endian_ = (read_be32(magic.data()) & 1) != 0;
  return SQLITE_OK;
}

// After a sync, and after anything that may have changed a frame, the disk knows better than
// memory: another connection may have written, or SQLite have linked frames anew.
int WalFile::load_chain(std::int64_t offset) {
  if (chain_end_ && chain_end_->offset == offset) return SQLITE_OK;
  std::array<std::byte, 8> stored;
  const std::int64_t from = offset == wal_header_bytes ? checksum_in_wal_header
                                                       : offset - frame_bytes + checksum_in_frame;
  if (const int code = raw_read(stored, from); code != SQLITE_OK) return code;
  chain_end_ = ChainEnd{offset, WalChain{stored.data()}};
  return SQLITE_OK;
}

}  // namespace gochat::sqlite

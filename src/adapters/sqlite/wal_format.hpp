// The layout of SQLite's write-ahead log, as far as the checksums and the scan need it: a header of
// 32 bytes, then frames of a 24-byte header and a page. Numbers are big-endian.
//   header: 0 magic | 12 checkpoint number | 16 salt, 8 bytes | 24 checksum of what precedes, 8
//   bytes frame:  0 page number | 4 pages of the database if this frame commits, else 0 | 8 salt |
//   16 checksum
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "adapters/sqlite/page_checksum.hpp"

namespace gochat::sqlite {

inline constexpr std::int64_t wal_header_bytes = 32;
inline constexpr std::int64_t frame_header_bytes = 24;
inline constexpr std::int64_t frame_bytes = frame_header_bytes + page_bytes;

constexpr bool is_frame_offset(std::int64_t offset) {
  return offset >= wal_header_bytes && (offset - wal_header_bytes) % frame_bytes == 0;
}
constexpr bool is_frame_page_offset(std::int64_t offset) {
  return is_frame_offset(offset - frame_header_bytes);
}
// Frames are numbered from 1.
constexpr std::int64_t frame_offset(std::uint64_t frame) {
  return wal_header_bytes + (static_cast<std::int64_t>(frame) - 1) * frame_bytes;
}

constexpr std::uint64_t frame_at(std::int64_t offset) {
  return static_cast<std::uint64_t>((offset - wal_header_bytes) / frame_bytes) + 1;
}

std::uint32_t read_be32(const std::byte* from);
void write_be32(std::byte* to, std::uint32_t value);

// The running checksum that links each frame to all before it since the header. SQLite sums words
// in the byte order of the machine that made the log; the lowest bit of the magic says which.
class WalChain {
 public:
  WalChain() = default;
  // Goes on from a checksum as stored in a header.
  explicit WalChain(const std::byte* stored)
      : first_{read_be32(stored)}, second_{read_be32(stored + 4)} {}

  // `bytes` is a multiple of 8.
  void extend(std::span<const std::byte> bytes, bool big_endian);
  // A frame's own contribution: the first 8 bytes of its header, then its page.
  void extend_by_frame(std::span<const std::byte, frame_bytes> frame, bool big_endian);

  void store(std::byte* to) const;
  bool operator==(const WalChain&) const = default;

 private:
  std::uint32_t first_ = 0;
  std::uint32_t second_ = 0;
};

}  // namespace gochat::sqlite

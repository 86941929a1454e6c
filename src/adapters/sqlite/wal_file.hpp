// The write-ahead log of a connection. SQLite writes a frame as a 24-byte header, whose checksum
// covers the page as SQLite knows it and all frames before, and then the page. Here the header is
// held back until its page comes; the page is stamped, the checksum computed anew from the frames
// as they lie on the disk, and both are written at once. What SQLite keeps in memory of the
// checksums then differs from the disk, which does no harm: it links new frames only (they pass
// through here), and reads the disk to recover.
#pragma once

#include <array>
#include <optional>

#include "adapters/sqlite/checked_file.hpp"
#include "adapters/sqlite/database_file.hpp"
#include "adapters/sqlite/wal_format.hpp"

namespace gochat::sqlite {

class WalFile final : public CheckedFile {
 public:
  // `database` is the main file of the same connection and is closed after this one.
  WalFile(Disk& disk, std::unique_ptr<std::byte[]> real, DatabaseFile& database)
      : CheckedFile{disk, DiskFile::wal, std::move(real)}, database_{database} {}

  int read(std::span<std::byte> into, std::int64_t offset) override;
  int write(std::span<const std::byte> bytes, std::int64_t offset) override;
  int truncate(std::int64_t size) override;
  int sync(int flags) override;
  int close() override;

 private:
  struct HeldHeader {
    std::int64_t offset;
    std::array<std::byte, frame_header_bytes> bytes;
  };
  // The checksum of the frame that ends at `offset`.
  struct ChainEnd {
    std::int64_t offset;
    WalChain chain;
  };

  int read_page(std::span<std::byte> into, std::int64_t offset);
  int write_frame(Page page);
  int write_page_again(Page page, std::int64_t offset);
  // The header goes to the disk as it is: what followed was not its page.
  int flush_held();
  int load_byte_order();
  int load_chain(std::int64_t offset);

  DatabaseFile& database_;
  std::optional<HeldHeader> held_;
  std::optional<ChainEnd> chain_end_;
  std::optional<bool> big_endian_;
  // A checkpoint syncs the log before each piece that it copies. What this connection wrote is
  // synced at commit already, and a second sync would still flush the disk's cache.
  bool unsynced_ = true;
};

}  // namespace gochat::sqlite

// The main file of a connection: whole pages are stamped and checked, smaller reads (SQLite looks
// at the first 100 bytes) pass, since the page that holds them is read as a whole before it is
// believed.
#pragma once

#include "adapters/sqlite/backfill_mark.hpp"
#include "adapters/sqlite/checked_file.hpp"
#include "adapters/sqlite/page_checksum.hpp"

namespace gochat::sqlite {

class DatabaseFile final : public CheckedFile {
 public:
  // `path` as SQLite gave it.
  DatabaseFile(Disk& disk, std::unique_ptr<std::byte[]> real, sqlite3_vfs& platform,
               const char* path)
      : CheckedFile{disk, DiskFile::database, std::move(real)}, mark_{disk, platform, path} {}

  int read(std::span<std::byte> into, std::int64_t offset) override;
  int write(std::span<const std::byte> bytes, std::int64_t offset) override;
  int control(int operation, void* argument) override;

  // True for a file that holds nothing yet and for one of our page size and reserve.
  bool has_our_layout();

  // Also told by the log of this connection. Answers the SQLite code for a damaged page.
  int found_bad(BadPage page);

  // The head of the index that SQLite keeps of its log in shared memory; null when it is unmapped.
  void mapped_index(const volatile void* at) {
    index_ = static_cast<const volatile std::byte*>(at);
  }

  // The log tells where it reads: during a checkpoint, what is read next is copied.
  void reads_frame(std::uint64_t frame) { frame_being_copied_ = frame; }

 private:
  int copy(Page page, std::uint32_t number);
  LogPosition log_position() const;

  BadPage last_bad_;
  // During a checkpoint pages come from the log, where they were stamped already; one that was not
  // must not be made to look sound here.
  bool in_checkpoint_ = false;
  std::uint64_t frame_being_copied_ = 0;
  const volatile std::byte* index_ = nullptr;
  BackfillMark mark_;
};

}  // namespace gochat::sqlite

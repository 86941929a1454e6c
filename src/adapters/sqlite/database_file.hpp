// The main file of a connection: whole pages are stamped and checked, smaller reads (SQLite looks
// at the first 100 bytes) pass, since the page that holds them is read as a whole before it is
// believed.
#pragma once

#include <optional>

#include "adapters/sqlite/checked_file.hpp"

namespace gochat::sqlite {

class DatabaseFile final : public CheckedFile {
 public:
  using CheckedFile::CheckedFile;

  int read(std::span<std::byte> into, std::int64_t offset) override;
  int write(std::span<const std::byte> bytes, std::int64_t offset) override;
  int control(int operation, void* argument) override;

  // True for a file that holds nothing yet and for one of our page size and reserve.
  bool has_our_layout();

  // Also told by the log of this connection. Answers the SQLite code for a damaged page.
  int found_bad(BadPage page);

 private:
  BadPage last_bad_;
  // During a checkpoint pages come from the log, where they were stamped already; one that was not
  // must not be made to look sound here.
  bool in_checkpoint_ = false;
};

}  // namespace gochat::sqlite

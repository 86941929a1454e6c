// A directory that lives as long as one test. In memory where the machine has such a place: what a
// disk loses and fails is played by a DiskObserver, and real syncs would only make the tests slow.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/assert.hpp"

namespace gochat::sqlite {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    for (const auto& place :
         {std::filesystem::path{"/dev/shm"}, std::filesystem::temp_directory_path()}) {
      std::string pattern = (place / "gochat-XXXXXX").string();
      if (::mkdtemp(pattern.data()) == nullptr) continue;
      path_ = pattern;
      return;
    }
    GOCHAT_ASSERT(false);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

  void write(std::string_view name, std::string_view bytes) const {
    std::ofstream{path_ / name, std::ios::binary | std::ios::trunc}.write(
        bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  std::string read(std::string_view name) const {
    std::ifstream file{path_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

 private:
  std::filesystem::path path_;
};

}  // namespace gochat::sqlite

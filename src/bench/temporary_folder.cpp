#include "bench/temporary_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <utility>

namespace gochat::bench {

Result<TemporaryFolder> TemporaryFolder::make() {
  const char* base = std::getenv("TMPDIR");
  std::string pattern = std::string{base && *base ? base : "/tmp"} + "/gochat-bench-XXXXXX";
  if (!mkdtemp(pattern.data())) {
    return failed(ErrorCode::unavailable, "no temporary folder could be made");
  }
  TemporaryFolder folder;
  folder.path_ = std::move(pattern);
  return folder;
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_{std::exchange(other.path_, {})} {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace gochat::bench

#include "support/temporary_directory.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <system_error>

namespace gochat::support {
namespace {

// Suites ask how things behave and not how fast a disk syncs, so memory will do.
std::filesystem::path root() {
  const std::filesystem::path memory{"/dev/shm"};
  std::error_code none;
  const bool usable =
      std::filesystem::is_directory(memory, none) && ::access(memory.c_str(), W_OK) == 0;
  return usable ? memory : std::filesystem::temp_directory_path();
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (root() / "gochat-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error{errno, std::generic_category(), "no temporary directory " + pattern};
  }
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace gochat::support

#pragma once

#include <string>

#include "base/result.hpp"

namespace gochat::bench {

// A fresh folder under $TMPDIR or /tmp that is gone with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() = default;
  static Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace gochat::bench

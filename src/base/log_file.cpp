#include "base/log_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/assert.hpp"

namespace gochat::log {
namespace {

// The log holds addresses and names: for its owner and, as logs are read, their group.
constexpr mode_t file_mode = 0640;

}  // namespace

Result<std::unique_ptr<LogFile>> LogFile::open(std::string path, LogFileLimits limits) {
  GOCHAT_ASSERT(limits.bytes_max > 0 && limits.files_max > 0);
  std::unique_ptr<LogFile> file{new LogFile{std::move(path), limits}};
  if (!file->open_current()) {
    Error error = failed(ErrorCode::unavailable, fmt::format("the log file {} cannot be opened: {}",
                                                             file->path_, std::strerror(errno)));
    error.hint = "give a path in a folder that this user may write to, or leave log.file out";
    return error;
  }
  return file;
}

LogFile::~LogFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool LogFile::open_current() {
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, file_mode);
  struct stat status{};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) return false;
  bytes_ = static_cast<std::uint64_t>(status.st_size);
  return true;
}

void LogFile::rotate() {
  if (limits_.files_max == 1) {
    ::unlink(path_.c_str());
  } else {
    for (auto n = limits_.files_max - 1; n > 0; --n) {
      const std::string from = n == 1 ? path_ : fmt::format("{}.{}", path_, n - 1);
      std::rename(from.c_str(), fmt::format("{}.{}", path_, n).c_str());
    }
  }
  const int old = descriptor_;
  if (open_current()) {
    ::close(old);
  } else {
    // Without a new one the old one goes on, under the name it has by now.
    descriptor_ = old;
  }
  // Where nothing could be put aside, not to try again at every line.
  if (bytes_ >= limits_.bytes_max) bytes_ = 0;
}

bool LogFile::append(std::string_view text) {
  if (bytes_ > 0 && bytes_ + text.size() > limits_.bytes_max) rotate();
  while (!text.empty()) {
    const auto written = ::write(descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes_ += static_cast<std::uint64_t>(written);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void LogFile::write(std::string_view line) {
  if (dropped_untold_ > 0) {
    // The first byte ends what a failed write may have left half.
    const auto told = fmt::format(
        "\n{{\"level\":\"warn\",\"msg\":\"log lines could not be written\",\"count\":{}}}\n",
        dropped_untold_);
    if (append(told)) dropped_untold_ = 0;
  }
  if (dropped_untold_ == 0 && append(line)) return;
  ++dropped_;
  ++dropped_untold_;
}

}  // namespace gochat::log

// A file for log lines on a machine without a supervisor: when it has its size it is put aside as
// FILE.1, what was FILE.1 becomes FILE.2, and the oldest goes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gochat::log {

struct LogFileLimits {
  std::uint64_t bytes_max = 64ULL * 1024 * 1024;  // of one file; a longer line has one of its own
  std::uint32_t files_max = 5;                    // the current one included
};

// Used by one thread at a time, as a sink is. Lines go to the kernel one by one and are not synced:
// a crash of the process loses none that came here, a power cut the last ones.
class LogFile {
 public:
  // Continues a file that is there. The error names the path, the cause and a remedy.
  static Result<std::unique_ptr<LogFile>> open(std::string path, LogFileLimits limits);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // A line that cannot be written (a full disk) is dropped and counted: a server must not stop for
  // its log. The next line that can be written is preceded by one that tells how many are missing.
  void write(std::string_view line);
  std::uint64_t dropped() const { return dropped_; }

 private:
  LogFile(std::string path, LogFileLimits limits) : path_{std::move(path)}, limits_{limits} {}
  bool open_current();
  void rotate();
  bool append(std::string_view text);

  std::string path_;
  LogFileLimits limits_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t dropped_untold_ = 0;
};

}  // namespace gochat::log

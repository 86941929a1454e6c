// Takes log lines to where they go on a thread of its own, so that no loop waits for a pipe that
// nobody reads, a slow disk or a stopped terminal.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.hpp"
#include "base/mutex.hpp"

namespace gochat::log {

struct LogWriterLimits {
  std::size_t waiting_bytes_max = 1024 * 1024;  // of lines; what comes above is dropped and counted
  std::chrono::milliseconds end_wait_max = flush_wait_max;  // for whoever does not read
};

// While one exists it is the sink of the log; there is one at a time. Lines keep their order, and
// where some are missing one line says how many. What the process has logged in its last
// microseconds is lost when it is killed, and only then.
class LogWriter {
 public:
  // Writes whole lines, on the writer's thread, and returns how many are lost. It returns soon
  // after `give_up` is true, since then somebody waits for the thread to end.
  using Write =
      std::function<std::size_t(std::string_view lines, const std::atomic<bool>& give_up)>;

  explicit LogWriter(Write write, LogWriterLimits limits = {});
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Waits until what was logged before is written, but no longer than this.
  void flush(std::chrono::milliseconds wait_max);

 private:
  struct Batch {
    std::string lines;
    std::uint64_t dropped = 0;  // behind the lines
  };
  void take(std::string_view line);
  void run();
  bool next(Batch& batch);
  void write_out(const Batch& batch);

  const Write write_;
  const LogWriterLimits limits_;
  std::atomic<bool> give_up_{false};
  Mutex mutex_;
  Condition came_;
  Condition written_;
  Batch waiting_ GOCHAT_GUARDED_BY(mutex_);
  bool writing_ GOCHAT_GUARDED_BY(mutex_) = false;
  bool stopping_ GOCHAT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// A LogWriter's way to a terminal or a pipe: does not stay in the kernel while nobody reads.
std::size_t write_to(int descriptor, std::string_view lines, const std::atomic<bool>& give_up);

// Of all lines that were to be written, those that will never be seen.
std::uint64_t lines_dropped();

}  // namespace gochat::log

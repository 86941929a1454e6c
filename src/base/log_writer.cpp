#include "base/log_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "base/assert.hpp"
#include "base/thread_name.hpp"

namespace gochat::log {
namespace {

// How soon a write that nobody reads sees that it is to give up.
constexpr int look_up_ms = 50;
// What a burst has grown is given back.
constexpr std::size_t kept_bytes_max = 64UL * 1024;

std::atomic<std::uint64_t> dropped_of_all{0};
std::atomic<LogWriter*> current{nullptr};

std::size_t lines_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

// A pipe that poll() calls writable takes this much at once; a line is not cut without need.
std::string_view first_piece(std::string_view lines) {
  if (lines.size() <= PIPE_BUF) return lines;
  const auto end = lines.rfind('\n', PIPE_BUF - 1);
  return lines.substr(0, end == lines.npos ? PIPE_BUF : end + 1);
}

}  // namespace

LogWriter::LogWriter(Write write, LogWriterLimits limits)
    : write_{std::move(write)}, limits_{limits}, thread_{[this] { run(); }} {
  GOCHAT_ASSERT(current.exchange(this) == nullptr);
  set_sink([this](std::string_view line) { take(line); });
}

LogWriter::~LogWriter() {
  set_sink({});
  flush(limits_.end_wait_max);
  current = nullptr;
  give_up_ = true;
  {
    MutexLock lock{mutex_};
    stopping_ = true;
  }
  came_.notify_one();
  thread_.join();
}

void LogWriter::take(std::string_view line) {
  MutexLock lock{mutex_};
  // Behind the first that is missing all are, until the thread comes: so the gap is one.
  if (waiting_.dropped > 0 || waiting_.lines.size() + line.size() > limits_.waiting_bytes_max) {
    ++waiting_.dropped;
    dropped_of_all.fetch_add(1, std::memory_order_relaxed);
  } else {
    waiting_.lines.append(line);
  }
  if (!writing_) came_.notify_one();
}

void LogWriter::flush(std::chrono::milliseconds wait_max) {
  if (std::this_thread::get_id() == thread_.get_id()) return;
  const auto until = std::chrono::steady_clock::now() + wait_max;
  MutexLock lock{mutex_};
  while (writing_ || !waiting_.lines.empty() || waiting_.dropped > 0) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero()) return;
    written_.wait_for(mutex_, left);
  }
}

void LogWriter::run() {
  name_this_thread("log");
  Batch batch;
  while (next(batch)) write_out(batch);
}

bool LogWriter::next(Batch& batch) {
  batch.lines.clear();
  if (batch.lines.capacity() > kept_bytes_max) batch.lines.shrink_to_fit();
  batch.dropped = 0;
  MutexLock lock{mutex_};
  writing_ = false;
  written_.notify_all();
  while (waiting_.lines.empty() && waiting_.dropped == 0) {
    if (stopping_) return false;
    came_.wait(mutex_);
  }
  std::swap(batch, waiting_);
  writing_ = true;
  return true;
}

void LogWriter::write_out(const Batch& batch) {
  std::size_t lost = write_(batch.lines, give_up_);
  if (batch.dropped > 0) {
    const auto count = static_cast<std::int64_t>(batch.dropped);
    lost += write_(line_of(Level::warn, "log lines dropped", {{Field::count, count}}), give_up_);
  }
  dropped_of_all.fetch_add(lost, std::memory_order_relaxed);
}

std::size_t write_to(int descriptor, std::string_view lines, const std::atomic<bool>& give_up) {
  while (!lines.empty()) {
    pollfd asked{descriptor, POLLOUT, 0};
    const int ready = ::poll(&asked, 1, give_up ? 0 : look_up_ms);
    if (ready == 0 && give_up) break;
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const auto piece = first_piece(lines);
    const auto written = ::write(descriptor, piece.data(), piece.size());
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written <= 0) break;  // there is no one left to tell
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  return lines_in(lines);
}

std::uint64_t lines_dropped() { return dropped_of_all.load(std::memory_order_relaxed); }

void flush(std::chrono::milliseconds wait_max) {
  if (LogWriter* writer = current) writer->flush(wait_max);
}

}  // namespace gochat::log

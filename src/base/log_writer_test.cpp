#include "base/log_writer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <thread>
#include <utility>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace gochat::log {
namespace {

// Somebody who reads only when told to.
class Reader {
 public:
  LogWriter::Write write() {
    return [this](std::string_view lines, const std::atomic<bool>& give_up) -> std::size_t {
      MutexLock lock{mutex_};
      inside_ = true;
      changed_.notify_all();
      while (!reads_ && !give_up) changed_.wait_for(mutex_, std::chrono::milliseconds{1});
      if (!reads_) return static_cast<std::size_t>(std::ranges::count(lines, '\n'));
      text_ += lines;
      return 0;
    };
  }
  void wait_for_writer() {
    MutexLock lock{mutex_};
    while (!inside_) changed_.wait(mutex_);
  }
  void read() {
    MutexLock lock{mutex_};
    reads_ = true;
    changed_.notify_all();
  }
  std::string text() {
    MutexLock lock{mutex_};
    return text_;
  }

 private:
  Mutex mutex_;
  Condition changed_;
  bool inside_ GOCHAT_GUARDED_BY(mutex_) = false;
  bool reads_ GOCHAT_GUARDED_BY(mutex_) = false;
  std::string text_ GOCHAT_GUARDED_BY(mutex_);
};

constexpr std::chrono::milliseconds long_enough{60'000};

class LogWriterTest : public ::testing::Test {
 protected:
  LogWriterTest() { set_format(Format::text); }
  ~LogWriterTest() override { set_format(Format::json); }

  // What stands behind the time and the level.
  static std::string messages(const std::string& text) {
    std::string all;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      all += text.substr(at + 19, text.find('\n', at) - at - 19) + "|";
    }
    return all;
  }

  Reader reader;
  const std::uint64_t dropped_before = lines_dropped();
};

TEST_F(LogWriterTest, who_logs_does_not_wait_for_who_reads_and_lines_keep_their_order) {
  LogWriter writer{reader.write()};
  info("one");
  reader.wait_for_writer();
  info("two");
  info("three");
  EXPECT_EQ(reader.text(), "");
  reader.read();
  writer.flush(long_enough);
  EXPECT_EQ(messages(reader.text()), "one|two|three|");
}

TEST_F(LogWriterTest, what_is_too_much_is_dropped_and_told_where_it_is_missing) {
  LogWriter writer{reader.write(), {.waiting_bytes_max = 100}};
  info("one");
  reader.wait_for_writer();
  info("two");
  info(std::string(100, 'x'));
  info("short, but behind one that is missing");
  EXPECT_EQ(lines_dropped(), dropped_before + 2);
  reader.read();
  writer.flush(long_enough);
  info("after");
  writer.flush(long_enough);
  EXPECT_EQ(messages(reader.text()), "one|two|log lines dropped  count=2|after|");
}

TEST_F(LogWriterTest, the_end_writes_what_waits) {
  reader.read();
  {
    LogWriter writer{reader.write()};
    for (int n = 0; n < 100; ++n) info("line");
  }
  EXPECT_EQ(std::ranges::count(reader.text(), '\n'), 100);
}

TEST_F(LogWriterTest, the_end_comes_though_nobody_reads) {
  {
    LogWriter writer{reader.write(), {.end_wait_max = std::chrono::milliseconds{1}}};
    info("one");
    reader.wait_for_writer();
    info("two");
  }
  EXPECT_EQ(reader.text(), "");
  EXPECT_EQ(lines_dropped(), dropped_before + 2);
}

TEST_F(LogWriterTest, a_failed_assertion_leaves_the_lines_before_it) {
  const auto fails = [] {
    LogWriter writer{[](std::string_view lines, const std::atomic<bool>&) -> std::size_t {
      return ::write(STDERR_FILENO, lines.data(), lines.size()) < 0 ? 1 : 0;
    }};
    info("the last that was heard of it");
    GOCHAT_ASSERT(lines_dropped() == ~std::uint64_t{0});
  };
  EXPECT_DEATH(fails(), "the last that was heard of it");
}

class Pipe {
 public:
  Pipe() {
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::fcntl(ends_[1], F_SETPIPE_SZ, 4096), 4096);
  }
  ~Pipe() {
    ::close(ends_[0]);
    close_writing();
  }
  int writing() const { return ends_[1]; }
  void close_writing() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }
  void close_reading() { ::close(std::exchange(ends_[0], -1)); }
  std::string read() {
    std::string all;
    std::array<char, 1000> some{};
    for (ssize_t got = 0; (got = ::read(ends_[0], some.data(), some.size())) > 0;) {
      all.append(some.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(LogWriteTo, a_pipe_gets_more_than_it_holds_as_fast_as_it_is_read) {
  Pipe pipe;
  std::string lines;
  for (int n = 0; n < 3'000; ++n) lines += "line " + std::to_string(n) + "\n";
  lines += std::string(10'000, 'x') + "\n";
  std::atomic<bool> give_up{false};
  std::thread writer{[&] {
    EXPECT_EQ(write_to(pipe.writing(), lines, give_up), 0);
    pipe.close_writing();
  }};
  EXPECT_EQ(pipe.read(), lines);
  writer.join();
}

TEST(LogWriteTo, who_must_give_up_says_how_many_lines_are_lost) {
  Pipe pipe;
  std::atomic<bool> give_up{true};
  const std::string line = std::string(1'023, 'x') + "\n";
  EXPECT_EQ(write_to(pipe.writing(), line + line + line + line + line + line, give_up), 2);
}

TEST(LogWriteTo, a_reader_who_has_gone_is_no_reason_to_wait) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.close_reading();
  std::atomic<bool> give_up{false};
  EXPECT_EQ(write_to(pipe.writing(), "one\ntwo\n", give_up), 2);
  std::signal(SIGPIPE, SIG_DFL);
}

}  // namespace
}  // namespace gochat::log

#include "base/log_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace gochat::log {
namespace {

class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    std::string pattern = testing::TempDir() + "/log-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~LogFileTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name = "chat.log") const { return folder_ + "/" + name; }
  std::string text(const std::string& name) const {
    std::ifstream in{path(name)};
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }
  std::unique_ptr<LogFile> open(LogFileLimits limits) {
    auto file = LogFile::open(path(), limits);
    EXPECT_TRUE(file);
    return std::move(*file);
  }

  std::string folder_;
};

TEST_F(LogFileTest, a_full_file_is_put_aside_and_the_oldest_goes) {
  auto file = open({.bytes_max = 10, .files_max = 3});
  for (const auto* line : {"one...\n", "two...\n", "three.\n", "four..\n"}) file->write(line);
  EXPECT_EQ(text("chat.log"), "four..\n");
  EXPECT_EQ(text("chat.log.1"), "three.\n");
  EXPECT_EQ(text("chat.log.2"), "two...\n");
  EXPECT_FALSE(std::filesystem::exists(path("chat.log.3")));
}

TEST_F(LogFileTest, lines_that_fit_stay_together) {
  auto file = open({.bytes_max = 14, .files_max = 2});
  for (const auto* line : {"one...\n", "two...\n", "three.\n"}) file->write(line);
  EXPECT_EQ(text("chat.log.1"), "one...\ntwo...\n");
  EXPECT_EQ(text("chat.log"), "three.\n");
}

TEST_F(LogFileTest, one_file_alone_begins_anew) {
  auto file = open({.bytes_max = 10, .files_max = 1});
  file->write("one...\n");
  file->write("two...\n");
  EXPECT_EQ(text("chat.log"), "two...\n");
  EXPECT_FALSE(std::filesystem::exists(path("chat.log.1")));
}

TEST_F(LogFileTest, a_line_above_the_size_is_written_whole) {
  auto file = open({.bytes_max = 4, .files_max = 2});
  file->write("longer than that\n");
  EXPECT_EQ(text("chat.log"), "longer than that\n");
}

TEST_F(LogFileTest, a_file_that_is_there_is_continued_and_counted) {
  open({.bytes_max = 10, .files_max = 2})->write("one...\n");
  open({.bytes_max = 20, .files_max = 2})->write("two...\n");
  EXPECT_EQ(text("chat.log"), "one...\ntwo...\n");
  open({.bytes_max = 20, .files_max = 2})->write("three.\n");
  EXPECT_EQ(text("chat.log.1"), "one...\ntwo...\n");
}

TEST_F(LogFileTest, others_may_not_read_it) {
  open({})->write("x\n");
  struct stat status{};
  ASSERT_EQ(stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07, 0U);
}

TEST_F(LogFileTest, a_path_that_cannot_be_opened_is_named) {
  const auto file = LogFile::open(path("no/such/folder.log"), {});
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().detail, testing::HasSubstr("no/such/folder.log"));
  EXPECT_THAT(file.error().detail, testing::HasSubstr("No such file"));
}

TEST_F(LogFileTest, lines_that_find_no_room_are_dropped_and_told_of) {
  auto file = open({});
  file->write("before\n");
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit none = old;
  none.rlim_cur = 7;
  setrlimit(RLIMIT_FSIZE, &none);
  file->write("lost\n");
  file->write("lost too\n");
  setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_EQ(file->dropped(), 2U);
  file->write("after\n");
  EXPECT_EQ(text("chat.log"),
            "before\n\n{\"level\":\"warn\",\"msg\":\"log lines could not be written\",\"count\":2}"
            "\nafter\n");
}

}  // namespace
}  // namespace gochat::log

#include "adapters/sqlite/home_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "adapters/sqlite/temporary_directory.hpp"

namespace gochat::sqlite {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr WallTime start = wall_time(1'700'000'000'000);

class HomeDirectoryTest : public ::testing::Test {
 protected:
  static unsigned mode_of(const std::filesystem::path& path) {
    struct ::stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }

  static void expect_refused(const Result<HomeDirectory>& result, std::string_view cause) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.code(), ErrorCode::unavailable);
    EXPECT_THAT(result.error().detail, HasSubstr(std::string{cause}));
    EXPECT_THAT(result.error().detail, Not(HasSubstr("\n")));
    EXPECT_THAT(result.error().hint, HasSubstr("--data"));
  }

  TemporaryDirectory temporary_;
  std::filesystem::path path_ = temporary_.path() / "share" / "gochat";
};

TEST_F(HomeDirectoryTest, creates_itself_for_its_user_alone) {
  auto directory = HomeDirectory::open(path_, start);
  ASSERT_TRUE(directory) << directory.error().detail;
  EXPECT_EQ(mode_of(path_), 0700u);
  EXPECT_EQ(mode_of(directory->keys()), 0700u);
  EXPECT_EQ(mode_of(path_ / "lock"), 0600u);
  EXPECT_EQ(directory->database(), path_ / "gochat.db");
}

TEST_F(HomeDirectoryTest, closes_itself_to_others) {
  std::filesystem::create_directories(path_);
  ASSERT_EQ(::chmod(path_.c_str(), 0755), 0);
  ASSERT_TRUE(HomeDirectory::open(path_, start));
  EXPECT_EQ(mode_of(path_), 0700u);
}

TEST_F(HomeDirectoryTest, refuses_a_second_process_and_names_the_first) {
  auto first = HomeDirectory::open(path_, start);
  ASSERT_TRUE(first);
  auto second = HomeDirectory::open(path_, start + std::chrono::hours{3});
  expect_refused(second,
                 "is in use by process " + std::to_string(::getpid()) + " (started 3 h ago)");
  EXPECT_THAT(second.error().hint, HasSubstr("stop it"));
  EXPECT_THAT(HomeDirectory::open(path_, start + std::chrono::seconds{5}).error().detail,
              HasSubstr("started 5 s ago"));
  // The clock was set back meanwhile.
  EXPECT_THAT(HomeDirectory::open(path_, start - std::chrono::hours{1}).error().detail,
              HasSubstr("started 0 s ago"));
}

TEST_F(HomeDirectoryTest, is_free_again_when_its_owner_is_gone) {
  {
    auto first = HomeDirectory::open(path_, start);
  }
  EXPECT_TRUE(HomeDirectory::open(path_, start));
}

TEST_F(HomeDirectoryTest, does_not_believe_a_lock_file_of_other_content) {
  auto first = HomeDirectory::open(path_, start);
  ASSERT_EQ(::truncate((path_ / "lock").c_str(), 0), 0);
  expect_refused(HomeDirectory::open(path_, start), "is in use by another process");
}

TEST_F(HomeDirectoryTest, refuses_what_is_not_a_directory) {
  temporary_.write("file", "x");
  expect_refused(HomeDirectory::open(temporary_.path() / "file", start), "is not a directory");
  expect_refused(HomeDirectory::open(temporary_.path() / "file" / "below", start),
                 "cannot be created");
}

TEST_F(HomeDirectoryTest, refuses_a_directory_that_holds_other_files) {
  temporary_.write("thesis.txt", "x");
  expect_refused(HomeDirectory::open(temporary_.path(), start), "holds other files");
  EXPECT_FALSE(std::filesystem::exists(temporary_.path() / "lock"));
}

TEST_F(HomeDirectoryTest, takes_a_fresh_volume) {
  std::filesystem::create_directories(path_ / "lost+found");
  EXPECT_TRUE(HomeDirectory::open(path_, start));
}

// /proc refuses new entries to everybody, root included.
TEST_F(HomeDirectoryTest, refuses_where_nothing_can_be_written) {
  expect_refused(HomeDirectory::open("/proc/gochat", start), "cannot be created");
}

}  // namespace
}  // namespace gochat::sqlite

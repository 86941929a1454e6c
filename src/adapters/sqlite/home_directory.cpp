#include "adapters/sqlite/home_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace gochat::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr ::mode_t only_us = S_IRWXU;
constexpr ::mode_t only_us_file = S_IRUSR | S_IWUSR;
constexpr std::string_view lock_name = "lock";
constexpr std::string_view elsewhere = "choose another place with --data";

Error refuse(const fs::path& path, std::string_view cause, std::string remedy) {
  return {ErrorCode::unavailable, fmt::format("{} {}", path.native(), cause), std::move(remedy), 0};
}

Error refuse_by_errno(const fs::path& path, std::string_view act) {
  const int reason = errno;
  const std::string cause = fmt::format("cannot be {}: {}", act, std::strerror(reason));
  if (reason == EROFS) {
    return refuse(path, "is on a read-only file system",
                  fmt::format("mount it writable, or {}", elsewhere));
  }
  if (reason == ENOSPC || reason == EDQUOT) {
    return refuse(path, cause, fmt::format("free some space, or {}", elsewhere));
  }
  return refuse(
      path, cause,
      fmt::format("give user {} the right to write there, or {}", ::geteuid(), elsewhere));
}

// A mistyped --data must not sprinkle files into somebody's home. A fresh volume holds lost+found.
bool holds_foreign_files(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path / lock_name, ignored) || fs::exists(path / "gochat.db", ignored))
    return false;
  for (const auto& entry : fs::directory_iterator{path, ignored}) {
    if (entry.path().filename() != "lost+found") return true;
  }
  return false;
}

std::optional<Error> take_directory(const fs::path& path) {
  std::error_code failure;
  // Parents get the usual rights; only the last one is ours.
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failure);
  if (::mkdir(path.c_str(), only_us) != 0 && errno != EEXIST)
    return refuse_by_errno(path, "created");
  struct ::stat status;
  if (::stat(path.c_str(), &status) != 0) return refuse_by_errno(path, "read");
  if (!S_ISDIR(status.st_mode)) {
    return refuse(path, "is not a directory", fmt::format("remove it, or {}", elsewhere));
  }
  if (status.st_uid != ::geteuid() && ::geteuid() != 0) {
    return refuse(
        path, fmt::format("belongs to user {}, and this is user {}", status.st_uid, ::geteuid()),
        fmt::format("run as its owner, or {}", elsewhere));
  }
  if (holds_foreign_files(path)) {
    return refuse(path, "holds other files and no gochat.db",
                  std::string{"name an empty or a new directory with --data"});
  }
  if ((status.st_mode & ~S_IFMT) != only_us && ::chmod(path.c_str(), only_us) != 0) {
    return refuse_by_errno(path, "closed to others");
  }
  return std::nullopt;
}

std::string for_people(std::int64_t ms_ago) {
  const std::int64_t seconds = std::max<std::int64_t>(ms_ago / 1000, 0);
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 120 * 60) return fmt::format("{} min", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} days", seconds / 86400);
}

// The lock file says "<pid> <started, ms>"; anything else in it is not believed.
std::string holder(int lock, WallTime now) {
  std::array<char, 64> text{};
  const ::ssize_t got = ::pread(lock, text.data(), text.size(), 0);
  const char* end = text.data() + std::max<::ssize_t>(got, 0);
  std::int64_t pid = 0;
  std::int64_t started = 0;
  const auto [after_pid, bad_pid] = std::from_chars(text.data(), end, pid);
  if (bad_pid != std::errc{} || after_pid == end) return "another process";
  const auto [rest, bad_start] = std::from_chars(after_pid + 1, end, started);
  if (bad_start != std::errc{}) return fmt::format("process {}", pid);
  return fmt::format("process {} (started {} ago)", pid, for_people(ms(now) - started));
}

Result<int> take_lock(const fs::path& path, WallTime now) {
  const int lock =
      ::open((path / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, only_us_file);
  if (lock < 0) return refuse_by_errno(path / lock_name, "opened");
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    Error error = errno == EWOULDBLOCK
                      ? refuse(path, fmt::format("is in use by {}", holder(lock, now)),
                               fmt::format("stop it, or {}", elsewhere))
                      : refuse_by_errno(path / lock_name, "locked");
    ::close(lock);
    return error;
  }
  const std::string line = fmt::format("{} {}\n", ::getpid(), ms(now));
  if (::ftruncate(lock, 0) != 0 ||
      ::pwrite(lock, line.data(), line.size(), 0) != std::ssize(line)) {
    Error error = refuse_by_errno(path / lock_name, "written");
    ::close(lock);
    return error;
  }
  return lock;
}

}  // namespace

Result<HomeDirectory> HomeDirectory::open(const fs::path& path, WallTime now) {
  if (auto refused = take_directory(path)) return *std::move(refused);
  auto lock = take_lock(path, now);
  if (!lock) return std::move(lock).error();
  HomeDirectory directory{path, *lock};
  if (::mkdir(directory.keys().c_str(), only_us) != 0 && errno != EEXIST) {
    return refuse_by_errno(directory.keys(), "created");
  }
  return directory;
}

HomeDirectory::~HomeDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace gochat::sqlite

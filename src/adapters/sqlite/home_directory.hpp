// The one place on disk that a process owns: database, keys, admin socket. Two processes in one
// directory would each believe itself the only writer, so it is locked as long as this object
// lives.
#pragma once

#include <filesystem>
#include <utility>

#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat::sqlite {

class HomeDirectory {
 public:
  // Creates what is missing, readable by this user alone. Each refusal has its cause in `detail`
  // and its remedy in `hint`, one line each. `now` is kept in the lock file, for whoever is refused
  // later.
  static Result<HomeDirectory> open(const std::filesystem::path& path, WallTime now);

  HomeDirectory(HomeDirectory&& other) noexcept
      : path_{std::move(other.path_)}, lock_{std::exchange(other.lock_, -1)} {}
  HomeDirectory& operator=(HomeDirectory&&) = delete;
  ~HomeDirectory();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path database() const { return path_ / "gochat.db"; }
  std::filesystem::path keys() const { return path_ / "keys"; }
  std::filesystem::path admin_socket() const { return path_ / "admin.sock"; }
  std::filesystem::path run_file() const { return path_ / "run.json"; }

 private:
  HomeDirectory(std::filesystem::path path, int lock) : path_{std::move(path)}, lock_{lock} {}

  std::filesystem::path path_;
  int lock_;
};

}  // namespace gochat::sqlite

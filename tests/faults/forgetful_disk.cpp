// A disk that forgets at a power cut whatever was not synced; preloaded into the server under test.
//
// Beside each file of the store a second one, in the folder $GOCHAT_FORGETFUL_DISK, holds what a
// power cut would leave of it: writes reach the file at once, and that copy when it is synced.
// After a kill -9 the test puts the copies in the files' place.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace {

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

ssize_t real_pwrite(int fd, const void* data, size_t bytes, off_t at) {
  static auto* const call = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return call(fd, data, bytes, at);
}

int real_truncate(int fd, off_t size) {
  static auto* const call = real<int(int, off_t)>("ftruncate");
  return call(fd, size);
}

bool is_of_the_store(const std::string& name) {
  return name == "gochat.db" || name == "gochat.db-wal";
}

struct File {
  int copy = -1;  // none: not of the store
  std::vector<std::pair<off_t, size_t>> unsynced;
};

class Disk {
 public:
  // Under the lock, so that a sync beside it sees the write with its range or not at all.
  ssize_t write(int fd, const void* data, size_t bytes, off_t at) {
    const std::lock_guard lock{mutex_};
    File* file = find(fd);
    const ssize_t wrote = real_pwrite(fd, data, bytes, at);
    if (file && wrote > 0) file->unsynced.emplace_back(at, wrote);
    return wrote;
  }

  void sync(int fd) {
    const std::lock_guard lock{mutex_};
    File* file = find(fd);
    if (!file) return;
    struct stat status{};
    fstat(fd, &status);
    real_truncate(file->copy, status.st_size);
    for (const auto& [at, bytes] : std::exchange(file->unsynced, {})) {
      copy(fd, file->copy, at, bytes);
    }
  }

 private:
  File* find(int fd) {
    struct stat status{};
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
    const auto [at, is_new] = files_.try_emplace({status.st_dev, status.st_ino});
    if (is_new) at->second.copy = open_copy(fd, status.st_size);
    return at->second.copy < 0 ? nullptr : &at->second;
  }

  // What is there when the file is first met has been synced long ago. The copy gets its name when
  // it is whole: a kill in between leaves the one of the life before, which holds the same.
  static int open_copy(int fd, off_t size) {
    std::array<char, 4096> path{};
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const ssize_t length = readlink(link.c_str(), path.data(), path.size());
    const char* folder = std::getenv("GOCHAT_FORGETFUL_DISK");
    if (length <= 0 || !folder) return -1;
    const std::string full{path.data(), static_cast<size_t>(length)};
    const std::string name = full.substr(full.rfind('/') + 1);
    if (!is_of_the_store(name)) return -1;
    const std::string at = std::string{folder} + "/" + name;
    const std::string half = std::string{folder} + "/half/" + name;
    const int made = open(half.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (made < 0) std::abort();
    copy(fd, made, 0, static_cast<size_t>(size));
    if (rename(half.c_str(), at.c_str()) != 0) std::abort();
    return made;
  }

  static void copy(int from, int to, off_t at, size_t bytes) {
    std::vector<char> data(bytes);
    const ssize_t got = pread(from, data.data(), bytes, at);
    if (got > 0) static_cast<void>(real_pwrite(to, data.data(), static_cast<size_t>(got), at));
  }

  std::mutex mutex_;
  std::map<std::pair<dev_t, ino_t>, File> files_;
};

// Never destroyed: threads of the server write until its very end.
Disk& disk() {
  static Disk* const it = new Disk;
  return *it;
}

int synced(const char* name, int fd) {
  disk().sync(fd);
  return real<int(int)>(name)(fd);
}

}  // namespace

// They stand in for the C library's own, whose names these must be.
extern "C" {

ssize_t pwrite(int fd, const void* data, size_t bytes, off_t at) {
  return disk().write(fd, data, bytes, at);
}

ssize_t pwrite64(int fd, const void* data, size_t bytes, off64_t at) {
  return pwrite(fd, data, bytes, at);
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }
}

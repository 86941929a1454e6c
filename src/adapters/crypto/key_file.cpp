#include "adapters/crypto/key_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace gochat::crypto {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_{number} {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

Error refusal(const std::filesystem::path& path, const std::string& cause, std::string remedy) {
  Error error =
      failed(ErrorCode::unavailable, fmt::format("the key file {} {}", path.string(), cause));
  error.hint = std::move(remedy);
  return error;
}

Result<Key> read_key(const std::filesystem::path& path, int file) {
  struct stat status{};
  if (fstat(file, &status) != 0) return refusal(path, std::strerror(errno), {});
  if ((status.st_mode & 077) != 0) {
    return refusal(path, "can be read by others", "run: chmod 600 " + path.string());
  }
  Key key{};
  std::uint8_t more = 0;
  const bool whole = read(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
                     read(file, &more, 1) == 0;
  if (!whole) {
    return refusal(path, "does not hold a key of 32 bytes",
                   "restore it, or remove it: then everybody has to sign in again");
  }
  return key;
}

// The name is durable too: after a power cut the tokens that were signed meanwhile must still be
// good.
bool sync_folder_of(const std::filesystem::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
  const Descriptor file{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return file.get() >= 0 && fsync(file.get()) == 0;
}

// Written under another name and then renamed, so that a crash leaves no half key.
Result<Key> create_key(const std::filesystem::path& path, Random& random) {
  Key key{};
  random.fill(key);
  const std::string half = path.string() + ".new";
  {
    const Descriptor file{open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    const bool written =
        file.get() >= 0 &&
        write(file.get(), key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
        fsync(file.get()) == 0;
    if (!written) {
      return refusal(path, fmt::format("cannot be made: {}", std::strerror(errno)),
                     "give this user a writable data folder, or choose another with --data");
    }
  }
  if (rename(half.c_str(), path.c_str()) != 0 || !sync_folder_of(path)) {
    return refusal(path, std::strerror(errno), {});
  }
  return key;
}

}  // namespace

Result<Key> load_or_create_key(const std::filesystem::path& path, Random& random) {
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.get() >= 0) return read_key(path, file.get());
  if (errno != ENOENT) return refusal(path, std::strerror(errno), "make it readable for this user");
  return create_key(path, random);
}

}  // namespace gochat::crypto

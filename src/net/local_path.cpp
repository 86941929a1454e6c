#include "net/local_path.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace gochat::net {

Result<LocalPath> LocalPath::of(const std::string& path) {
  LocalPath made;
  made.address_.sun_family = AF_UNIX;
  std::string reached = path;
  if (path.size() >= sizeof made.address_.sun_path) {
    const std::filesystem::path whole{path};
    made.folder_ = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (made.folder_ < 0) return failed(ErrorCode::unavailable, std::strerror(errno));
    reached = "/proc/self/fd/" + std::to_string(made.folder_) + "/" + whole.filename().native();
  }
  if (reached.size() >= sizeof made.address_.sun_path) {
    return failed(ErrorCode::unavailable, "the name of the socket is too long");
  }
  std::memcpy(made.address_.sun_path, reached.data(), reached.size());
  return made;
}

LocalPath::LocalPath(LocalPath&& other) noexcept
    : address_{other.address_}, folder_{std::exchange(other.folder_, -1)} {}

LocalPath::~LocalPath() {
  if (folder_ >= 0) ::close(folder_);
}

bool peer_is_ours(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == ::geteuid();
}

}  // namespace gochat::net

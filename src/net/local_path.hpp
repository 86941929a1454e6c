// The address of a socket that is a file. The kernel takes paths of 107 bytes; a longer one is
// reached through its folder, which is held open as long as this object lives.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "base/result.hpp"

namespace gochat::net {

class LocalPath {
 public:
  static Result<LocalPath> of(const std::string& path);
  LocalPath(LocalPath&& other) noexcept;
  LocalPath& operator=(LocalPath&&) = delete;
  ~LocalPath();

  const sockaddr_un& address() const { return address_; }

 private:
  LocalPath() = default;

  sockaddr_un address_{};
  int folder_ = -1;
};

// Whether the other end of this socket is a process of ours, or of root.
bool peer_is_ours(int descriptor);

}  // namespace gochat::net

// Who is at the other end, as far as the network tells.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>

namespace gochat::net {

// What connections are counted by: an IPv4 address, or the /64 of an IPv6 address, which is what
// one household has.
struct AddressKey {
  std::array<std::uint64_t, 2> words{};
  bool operator==(const AddressKey&) const = default;
};

struct PeerAddress {
  AddressKey key;
  std::string text;

  static PeerAddress of(const sockaddr_storage& address);
};

}  // namespace gochat::net

template <>
struct std::hash<gochat::net::AddressKey> {
  std::size_t operator()(const gochat::net::AddressKey& key) const noexcept {
    return static_cast<std::size_t>((key.words[0] ^ (key.words[1] * 31)) * 0x9e3779b97f4a7c15ULL);
  }
};

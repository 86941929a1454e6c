// Addresses of the internet and ranges of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gochat {

// IPv4 and IPv6 in one form: IPv4 as the IPv6 address that is mapped to it, so that 127.0.0.1 and
// ::ffff:127.0.0.1 are the same.
class IpAddress {
 public:
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  bool is_loopback() const;
  // As it is usually written; a mapped address as IPv4.
  std::string text() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  bool operator==(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// "10.0.0.0/8", "2001:db8::/32", or one address.
class Network {
 public:
  static std::optional<Network> parse(std::string_view text);
  bool contains(const IpAddress& address) const;

 private:
  IpAddress first_;
  unsigned bits_ = 0;  // of the 128
};

// What somebody at this address is counted by: the address, or the /64 of IPv6, which is what one
// household has. A text that is no address stands for itself.
std::string address_key(const std::string& address);

}  // namespace gochat

#include "base/network.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

namespace gochat {
namespace {

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned mapped_bits = 96;

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  const std::string terminated{text};
  IpAddress address;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  if (::inet_pton(AF_INET, terminated.c_str(), address.bytes_.data() + mapped.size()) == 1) {
    std::ranges::copy(mapped, address.bytes_.begin());
    return address;
  }
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::equal(mapped.begin(), mapped.end(), bytes_.begin()); }

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[12] == 127;
  return bytes_[15] == 1 &&
         std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

std::string IpAddress::text() const {
  char out[INET6_ADDRSTRLEN] = "";
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes_.data() + mapped.size(), out, sizeof out);
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), out, sizeof out);
  }
  return out;
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto first = IpAddress::parse(text.substr(0, slash));
  if (!first) return std::nullopt;
  Network network;
  network.first_ = *first;
  network.bits_ = 128;
  if (slash == text.npos) return network;
  const bool v4 = first->is_v4() && text.find(':') == text.npos;
  const char* end = text.data() + text.size();
  unsigned bits = 0;
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
  if (error != std::errc{} || stop != end || bits > (v4 ? 32U : 128U)) return std::nullopt;
  network.bits_ = v4 ? mapped_bits + bits : bits;
  return network;
}

bool Network::contains(const IpAddress& address) const {
  for (unsigned bit = 0; bit < bits_; bit += 8) {
    const unsigned left = std::min(8U, bits_ - bit);
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - left));
    if ((first_.bytes()[bit / 8] & mask) != (address.bytes()[bit / 8] & mask)) return false;
  }
  return true;
}

std::string address_key(const std::string& text) {
  constexpr std::ptrdiff_t household_bytes = 8;
  const auto address = IpAddress::parse(text);
  if (!address) return text;
  const auto& bytes = address->bytes();
  return {bytes.begin(), address->is_v4() ? bytes.end() : bytes.begin() + household_bytes};
}

}  // namespace gochat

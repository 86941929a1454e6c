// Names one connection for as long as it lives. Slots are dense per thread, so that whoever keeps
// something per connection can keep it in an array; the generation tells a slot's present tenant
// from its former ones.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace gochat::net {

struct ConnectionId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  // 0 names no connection
  std::uint32_t thread = 0;

  explicit operator bool() const { return generation != 0; }
  auto operator<=>(const ConnectionId&) const = default;
};

}  // namespace gochat::net

template <>
struct std::hash<gochat::net::ConnectionId> {
  std::size_t operator()(const gochat::net::ConnectionId& id) const noexcept {
    const auto place = (static_cast<std::uint64_t>(id.thread) << 32) | id.slot;
    return static_cast<std::size_t>((place ^ (std::uint64_t{id.generation} << 40)) *
                                    0x9e3779b97f4a7c15ULL);
  }
};

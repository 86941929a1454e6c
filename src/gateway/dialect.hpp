// The dialects that sockets speak, and one event said in each of them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "net/frame.hpp"
#include "protocol/frame_codec.hpp"

namespace gochat::gateway {

enum class Dialect : std::uint8_t { classic, timeline };
inline constexpr std::size_t dialects = 2;

inline const protocol::FrameCodec& codec_of(Dialect dialect) {
  return dialect == Dialect::timeline ? protocol::timeline_codec() : protocol::classic_codec();
}

// An event for many sockets: encoded once per dialect, and only in those that a receiver speaks.
// What `encode` refers to must outlive this.
class Wording {
 public:
  using Encode = std::function<net::EncodedFrame(const protocol::FrameCodec&)>;
  explicit Wording(Encode encode) : encode_{std::move(encode)} {}

  const net::EncodedFrame& in(Dialect dialect) {
    auto& said = said_[static_cast<std::size_t>(dialect)];
    if (!said) said = encode_(codec_of(dialect));
    return *said;
  }

 private:
  Encode encode_;
  std::array<std::optional<net::EncodedFrame>, dialects> said_;
};

}  // namespace gochat::gateway

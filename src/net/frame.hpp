// One WebSocket frame as a server sends it, encoded once and shared by all its receivers.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/shared_bytes.hpp"

namespace gochat::net {

class EncodedFrame {
 public:
  EncodedFrame() = default;
  static EncodedFrame text(std::string_view payload);
  static EncodedFrame binary(std::string_view payload);
  static EncodedFrame ping(std::string_view payload = {});
  static EncodedFrame pong(std::string_view payload);
  // 1005 makes a close frame without a code; a reason that is too long is cut.
  static EncodedFrame close(std::uint16_t code, std::string_view reason = {});

  const SharedBytes& bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }

 private:
  explicit EncodedFrame(SharedBytes bytes) : bytes_{std::move(bytes)} {}

  SharedBytes bytes_;
};

}  // namespace gochat::net

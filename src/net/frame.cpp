#include "net/frame.hpp"

#include <cstring>

#include "base/assert.hpp"
#include "net/ws_codec.hpp"

namespace gochat::net {

namespace {

constexpr std::size_t header_bytes_max = 14;
constexpr std::size_t control_payload_bytes_max = 125;

struct Header {
  char bytes[header_bytes_max];
  std::size_t size;

  std::string_view view() const { return {bytes, size}; }
};

Header header_of(const FrameShape& shape, std::size_t payload_size) {
  Header header{};
  const std::uint8_t masked = shape.mask ? 0x80 : 0;
  header.bytes[0] = static_cast<char>((shape.fin ? 0x80 : 0) | shape.reserved << 4 |
                                      static_cast<std::uint8_t>(shape.opcode));
  std::size_t at = 2;
  const auto put_length = [&](std::size_t width) {
    for (std::size_t n = width; n-- > 0;) {
      header.bytes[at++] = static_cast<char>(std::uint64_t{payload_size} >> (8 * n));
    }
  };
  if (payload_size < 126) {
    header.bytes[1] = static_cast<char>(masked | payload_size);
  } else if (payload_size <= 0xFFFF) {
    header.bytes[1] = static_cast<char>(masked | 126);
    put_length(2);
  } else {
    header.bytes[1] = static_cast<char>(masked | 127);
    put_length(8);
  }
  if (shape.mask) {
    std::memcpy(header.bytes + at, &*shape.mask, 4);
    at += 4;
  }
  header.size = at;
  return header;
}

SharedBytes server_frame(Opcode opcode, std::string_view payload) {
  return SharedBytes::of(header_of({.opcode = opcode}, payload.size()).view(), payload);
}

}  // namespace

void append_frame(std::string& out, const FrameShape& shape, std::string_view payload) {
  out += header_of(shape, payload.size()).view();
  const std::size_t start = out.size();
  out += payload;
  if (shape.mask) apply_mask(std::span{out}.subspan(start), *shape.mask);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  if (code == close_code::none_given) return {};
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  std::size_t room = control_payload_bytes_max - payload.size();
  if (reason.size() > room) {
    // Never cut inside a character: the peer must be able to take the reason for UTF-8.
    while (room > 0 && (static_cast<std::uint8_t>(reason[room]) & 0xC0) == 0x80) --room;
    reason = reason.substr(0, room);
  }
  payload += reason;
  return payload;
}

EncodedFrame EncodedFrame::text(std::string_view payload) {
  return EncodedFrame{server_frame(Opcode::text, payload)};
}

EncodedFrame EncodedFrame::binary(std::string_view payload) {
  return EncodedFrame{server_frame(Opcode::binary, payload)};
}

EncodedFrame EncodedFrame::ping(std::string_view payload) {
  GOCHAT_ASSERT(payload.size() <= control_payload_bytes_max);
  return EncodedFrame{server_frame(Opcode::ping, payload)};
}

EncodedFrame EncodedFrame::pong(std::string_view payload) {
  GOCHAT_ASSERT(payload.size() <= control_payload_bytes_max);
  return EncodedFrame{server_frame(Opcode::pong, payload)};
}

EncodedFrame EncodedFrame::close(std::uint16_t code, std::string_view reason) {
  GOCHAT_ASSERT(code == close_code::none_given || is_close_code(code));
  return EncodedFrame{server_frame(Opcode::close, close_payload(code, reason))};
}

}  // namespace gochat::net

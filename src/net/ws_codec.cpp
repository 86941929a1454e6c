#include "net/ws_codec.hpp"

#include <cstring>

#include "base/assert.hpp"

namespace gochat::net {

namespace {

constexpr std::size_t control_payload_bytes_max = 125;
constexpr std::uint8_t length_16 = 126;
constexpr std::uint8_t length_64 = 127;

bool is_control(std::uint8_t opcode) { return (opcode & 0x8) != 0; }

bool is_known(std::uint8_t opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

std::uint64_t big_endian(const char* at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t n = 0; n < size; ++n) number = number << 8 | static_cast<std::uint8_t>(at[n]);
  return number;
}

}  // namespace

struct WsParser::Frame {
  std::uint8_t opcode = 0;
  std::uint8_t reserved = 0;
  bool fin = false;
  bool masked = false;
  bool minimal = true;
  std::uint64_t size = 0;
  std::size_t header_bytes = 0;  // 0: the header is not there whole
  std::size_t header_wanted = 0;
  std::uint32_t mask = 0;
  std::span<char> payload{};

  static Frame read(std::span<char> buffer) {
    Frame frame;
    frame.header_wanted = 2;
    if (buffer.size() < 2) return frame;
    const auto first = static_cast<std::uint8_t>(buffer[0]);
    const auto second = static_cast<std::uint8_t>(buffer[1]);
    frame.fin = (first & 0x80) != 0;
    frame.reserved = (first >> 4) & 0x7;
    frame.opcode = first & 0xF;
    frame.masked = (second & 0x80) != 0;
    frame.size = second & 0x7F;
    const std::size_t extended = frame.size == length_16 ? 2 : frame.size == length_64 ? 8 : 0;
    frame.header_wanted = 2 + extended + (frame.masked ? 4 : 0);
    if (buffer.size() < frame.header_wanted) return frame;
    frame.header_bytes = frame.header_wanted;
    if (extended != 0) frame.size = big_endian(buffer.data() + 2, extended);
    if (extended == 2) frame.minimal = frame.size >= length_16;
    if (extended == 8) frame.minimal = frame.size > 0xFFFF && frame.size >> 63 == 0;
    if (frame.masked) std::memcpy(&frame.mask, buffer.data() + 2 + extended, 4);
    return frame;
  }
};

bool is_close_code(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

void apply_mask(std::span<char> bytes, std::uint32_t mask) {
  const std::uint64_t wide = std::uint64_t{mask} << 32 | mask;
  char* const at = bytes.data();
  const std::size_t words = bytes.size() / 8;
  // Counted, so that the compiler makes it wide.
  for (std::size_t n = 0; n < words; ++n) {
    std::uint64_t word;
    std::memcpy(&word, at + 8 * n, 8);
    word ^= wide;
    std::memcpy(at + 8 * n, &word, 8);
  }
  char key[4];
  std::memcpy(key, &mask, 4);
  for (std::size_t n = 8 * words; n < bytes.size(); ++n) {
    at[n] = static_cast<char>(at[n] ^ key[n % 4]);
  }
}

WsStep WsParser::violation(std::uint16_t code, std::string_view reason) {
  finished_ = true;
  assembly_.reset();
  WsStep step;
  step.event = WsEvent::violation;
  step.code = code;
  step.reason = reason;
  return step;
}

// What is wrong with a header by itself, before its payload is waited for.
const char* WsParser::refuse_header(const Frame& frame) const {
  if (frame.reserved != 0) return "reserved bits are set";
  if (!is_known(frame.opcode)) return "reserved opcode";
  if (frame.masked != (from_ == From::client)) {
    return frame.masked ? "a server's frame is masked" : "a client's frame is not masked";
  }
  if (is_control(frame.opcode)) {
    if (!frame.fin) return "a control frame is fragmented";
    if ((frame.size > control_payload_bytes_max)) return "a control frame is too long";
    return nullptr;
  }
  const bool continues = frame.opcode == static_cast<std::uint8_t>(Opcode::continuation);
  if (continues && !assembly_) return "nothing to continue";
  if (!continues && assembly_) return "a message begins inside another";
  return nullptr;
}

WsStep WsParser::next(std::span<char> buffer, const WsLimits& limits) {
  if (told_assembly_) {
    assembly_.reset();
    told_assembly_ = false;
  }
  std::size_t consumed = 0;
  while (!finished_) {
    auto rest = buffer.subspan(consumed);
    Frame frame = Frame::read(rest);
    if (rest.size() >= 2) {
      // The first two bytes already show most violations; a peer must not hold memory with them.
      if (const char* reason = refuse_header(frame)) {
        return violation(close_code::protocol_error, reason);
      }
    }
    if (frame.header_bytes == 0) {
      return {.consumed = consumed, .wanted = frame.header_wanted};
    }
    if (!frame.minimal) {
      return violation(close_code::protocol_error, "a length is not in its shortest form");
    }
    const std::size_t before = assembly_ ? assembly_->bytes.size() : 0;
    if (!is_control(frame.opcode) && frame.size > limits.message_bytes_max - before) {
      return violation(close_code::too_big, "the message is too big");
    }
    const std::size_t frame_bytes = frame.header_bytes + static_cast<std::size_t>(frame.size);
    if (rest.size() < frame_bytes) return {.consumed = consumed, .wanted = frame_bytes};
    frame.payload = rest.subspan(frame.header_bytes, static_cast<std::size_t>(frame.size));
    if (frame.masked) apply_mask(frame.payload, frame.mask);
    consumed += frame_bytes;
    WsStep step = is_control(frame.opcode) ? take_control(frame) : take(frame, limits);
    step.consumed = consumed;
    if (step.event != WsEvent::need_more) return step;
  }
  return {.consumed = buffer.size()};
}

WsStep WsParser::take(const Frame& frame, const WsLimits& limits) {
  if (!frame.fin || assembly_) return take_fragment(frame, limits);
  WsStep step;
  step.event = WsEvent::message;
  step.text = frame.opcode == static_cast<std::uint8_t>(Opcode::text);
  step.payload = {frame.payload.data(), frame.payload.size()};
  if (step.text && !is_utf8(step.payload)) return violation(close_code::bad_utf8, "not UTF-8");
  return step;
}

WsStep WsParser::take_fragment(const Frame& frame, const WsLimits& limits) {
  if (!assembly_) {
    assembly_ = std::make_unique<Assembly>();
    assembly_->text = frame.opcode == static_cast<std::uint8_t>(Opcode::text);
  }
  // Counted apart from bytes: empty fragments cost work and no bytes.
  if (++assembly_->fragments > limits.fragments_max) {
    return violation(close_code::too_big, "too many fragments");
  }
  const std::string_view piece{frame.payload.data(), frame.payload.size()};
  if (assembly_->text) {
    const bool valid = assembly_->utf8.feed(piece) && (!frame.fin || assembly_->utf8.complete());
    if (!valid) return violation(close_code::bad_utf8, "not UTF-8");
  }
  assembly_->bytes.append(piece);
  WsStep step;
  if (!frame.fin) return step;
  told_assembly_ = true;
  step.event = WsEvent::message;
  step.text = assembly_->text;
  step.payload = assembly_->bytes.view();
  return step;
}

WsStep WsParser::take_control(const Frame& frame) {
  const std::string_view payload{frame.payload.data(), frame.payload.size()};
  if (frame.opcode == static_cast<std::uint8_t>(Opcode::close)) return take_close(payload);
  WsStep step;
  step.event =
      frame.opcode == static_cast<std::uint8_t>(Opcode::ping) ? WsEvent::ping : WsEvent::pong;
  step.payload = payload;
  return step;
}

WsStep WsParser::take_close(std::string_view payload) {
  WsStep step;
  step.event = WsEvent::close;
  step.code = close_code::none_given;
  if (payload.size() == 1) return violation(close_code::protocol_error, "half a close code");
  if (payload.size() >= 2) {
    step.code = static_cast<std::uint16_t>(big_endian(payload.data(), 2));
    step.payload = payload.substr(2);
    if (!is_close_code(step.code)) {
      return violation(close_code::protocol_error, "not a close code");
    }
    if (!is_utf8(step.payload)) return violation(close_code::bad_utf8, "not UTF-8");
  }
  finished_ = true;
  return step;
}

}  // namespace gochat::net

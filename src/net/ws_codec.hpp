// RFC 6455 as a pure function of bytes: no socket, no clock. The server's parser demands masked
// frames, the client's unmasked ones; everything else is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/padded_buffer.hpp"
#include "net/utf8_check.hpp"

namespace gochat::net {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t none_given = 1005;  // never on the wire
inline constexpr std::uint16_t abnormal = 1006;    // never on the wire
inline constexpr std::uint16_t bad_utf8 = 1007;
inline constexpr std::uint16_t too_big = 1009;
inline constexpr std::uint16_t slow_reader = 4000;
inline constexpr std::uint16_t no_sign_of_life = 4001;
}  // namespace close_code

// May this code stand in a close frame?
bool is_close_code(std::uint16_t code);

struct WsLimits {
  std::size_t message_bytes_max;
  std::size_t fragments_max;
};

enum class WsEvent : std::uint8_t { need_more, message, ping, pong, close, violation };

struct WsStep {
  WsEvent event = WsEvent::need_more;
  bool text = false;         // message
  std::uint16_t code = 0;    // close: the peer's, 1005 for none; violation: what to close with
  std::size_t consumed = 0;  // bytes of the buffer that are done with, also when more are needed
  std::size_t wanted =
      0;  // need_more: how many bytes the unfinished frame takes, as far as is known
  std::string_view payload{};  // message, ping, pong; close: the reason. Valid until the next step
  std::string_view reason{};   // violation: what was wrong, a literal
};

class WsParser {
 public:
  enum class From : std::uint8_t { client, server };

  explicit WsParser(From from) : from_{from} {}

  // Reads frames from the front of the buffer until something is to be told or bytes are missing. A
  // frame is taken (and unmasked, in place) only when it is there whole, so bytes that are not
  // consumed are unchanged. After a violation or a close nothing more is read.
  WsStep next(std::span<char> buffer, const WsLimits& limits);

  bool mid_message() const { return static_cast<bool>(assembly_); }

 private:
  struct Frame;
  struct Assembly {
    PaddedBuffer bytes;
    Utf8Check utf8;
    std::size_t fragments = 0;
    bool text = false;
  };

  const char* refuse_header(const Frame& frame) const;
  WsStep take(const Frame& frame, const WsLimits& limits);
  WsStep take_control(const Frame& frame);
  WsStep take_close(std::string_view payload);
  WsStep take_fragment(const Frame& frame, const WsLimits& limits);
  WsStep violation(std::uint16_t code, std::string_view reason);

  // Only a message in several frames costs memory, and only until it is told.
  std::unique_ptr<Assembly> assembly_;
  From from_;
  bool finished_ = false;
  bool told_assembly_ = false;
};

struct FrameShape {
  Opcode opcode = Opcode::text;
  bool fin = true;
  std::optional<std::uint32_t> mask{};  // a client's frame; bytes go out in the order of memory
  std::uint8_t reserved = 0;            // the three reserved bits, for tests of refusals
};

void append_frame(std::string& out, const FrameShape& shape, std::string_view payload);
std::string close_payload(std::uint16_t code, std::string_view reason);

// XORs the bytes with the mask, beginning with its first byte.
void apply_mask(std::span<char> bytes, std::uint32_t mask);

}  // namespace gochat::net

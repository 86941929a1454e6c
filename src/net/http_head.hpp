// The head of an HTTP message as a pure function of bytes, stricter than the grammar allows a
// server to be: whatever two parsers might read differently is refused, so that no proxy in front
// can be played against us.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http_message.hpp"
#include "net/limits.hpp"

namespace gochat::net {

struct BodyFraming {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;
};

struct RequestHead {
  std::size_t consumed = 0;  // 0 without a refusal: more bytes are needed
  std::optional<Refusal> refusal{};
  HttpRequest request{};  // without its body
  BodyFraming framing{};
  bool keep_alive = false;
  bool http_1_1 = false;
  bool expects_continue = false;
};

// Reads one request head from the front of the bytes.
RequestHead parse_request_head(std::string_view bytes, const Limits& limits);

struct ReplyHead {
  std::size_t consumed = 0;
  bool broken = false;
  int status = 0;
  HttpHeaders headers{};
  BodyFraming framing{};
  bool keep_alive = false;
};

// The client's side. `to_head`: the reply answers a HEAD request and has no body, whatever it says.
ReplyHead parse_reply_head(std::string_view bytes, const Limits& limits, bool to_head);

}  // namespace gochat::net

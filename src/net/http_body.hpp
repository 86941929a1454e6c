// The body of an HTTP message, pure: counted, chunked, or up to the end of the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_head.hpp"

namespace gochat::net {

class BodyReader {
 public:
  BodyReader(BodyFraming framing, std::size_t bytes_max);

  struct Step {
    std::size_t consumed = 0;
    bool done = false;
    std::optional<Refusal> refusal{};
  };
  // Takes from the front of the bytes what belongs to the body. Not to be called after done or a
  // refusal.
  Step feed(std::string_view bytes);

  const std::string& body() const { return body_; }
  std::string take() { return std::move(body_); }

 private:
  enum class State : std::uint8_t {
    counted,
    until_close,
    chunk_size,
    chunk,
    chunk_end,
    trailer,
    done
  };

  std::optional<Refusal> take_line();
  std::optional<Refusal> take_chunk_size(std::string_view line);
  bool feed_line(std::string_view& rest, std::optional<Refusal>& refusal);
  void feed_payload(std::string_view& rest);

  State state_;
  std::size_t bytes_max_;
  std::uint64_t missing_ = 0;  // of the counted body, or of the present chunk
  std::size_t trailer_bytes_ = 0;
  std::string line_;
  std::string body_;
};

}  // namespace gochat::net

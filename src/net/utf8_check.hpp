// Incremental UTF-8 validation: a text message may be cut anywhere, even inside a character.
#pragma once

#include <cstdint>
#include <string_view>

namespace gochat::net {

class Utf8Check {
 public:
  // False once the bytes so far cannot begin any valid text; it stays false.
  bool feed(std::string_view bytes);
  // Does the text so far end at the end of a character?
  bool complete() const { return missing_ == 0; }

 private:
  bool lead(std::uint8_t byte);
  bool follow(std::uint8_t byte);

  // Continuation bytes still due, and the bounds of the next one: they are what excludes overlong
  // forms, surrogates and everything above U+10FFFF.
  std::uint8_t missing_ = 0;
  std::uint8_t low_ = 0x80;
  std::uint8_t high_ = 0xBF;
  bool broken_ = false;
};

inline bool is_utf8(std::string_view bytes) {
  Utf8Check check;
  return check.feed(bytes) && check.complete();
}

}  // namespace gochat::net

#include "base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace gochat {
namespace {

constexpr bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

bool is_eight_ascii(std::string_view text) {
  if (text.size() < 8) return false;
  std::uint64_t word;
  std::memcpy(&word, text.data(), 8);
  return (word & 0x8080808080808080ULL) == 0;
}

}  // namespace

// The second byte's range is
// what excludes overlong forms, surrogates and everything above U+10FFFF (Unicode, table 3-7).
std::size_t first_code_point_bytes(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const unsigned lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (std::size_t n = 2; n < bytes; ++n) {
    if (!continues(text[n])) return 0;
  }
  return bytes;
}

std::optional<std::size_t> count_code_points(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    if (is_eight_ascii(text)) {
      text.remove_prefix(8);
      count += 8;
      continue;
    }
    const auto bytes = first_code_point_bytes(text);
    if (bytes == 0) return std::nullopt;
    text.remove_prefix(bytes);
    ++count;
  }
  return count;
}

std::string_view first_code_points(std::string_view text, std::size_t code_points) {
  std::size_t at = 0;
  while (at < text.size() && code_points != 0) {
    ++at;
    while (at < text.size() && continues(text[at])) ++at;
    --code_points;
  }
  return text.substr(0, at);
}

std::string_view first_whole_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes != 0 && continues(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

}  // namespace gochat

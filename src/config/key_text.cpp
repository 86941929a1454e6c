#include "config/key_text.hpp"

#include <set>

namespace gochat::config {
namespace {

// 32 random bytes hold fewer than this many different ones once in 10^20.
constexpr std::size_t different_bytes_min = 16;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

// `bits` of every digit, one after the other; what is left over after 32 bytes must be zero.
std::optional<KeyBytes> decode(std::string_view digits, int bits, int (*digit)(char)) {
  KeyBytes key{};
  std::size_t filled = 0;
  unsigned held = 0;
  int held_bits = 0;
  for (const char c : digits) {
    const int value = digit(c);
    if (value < 0) return std::nullopt;
    held = (held << bits) | static_cast<unsigned>(value);
    held_bits += bits;
    if (held_bits < 8) continue;
    held_bits -= 8;
    if (filled == key.size()) return std::nullopt;
    key[filled++] = static_cast<std::uint8_t>(held >> held_bits);
    held &= (1U << held_bits) - 1;
  }
  if (filled != key.size() || held != 0) return std::nullopt;
  return key;
}

}  // namespace

std::optional<KeyBytes> key_from_text(std::string_view text) {
  std::optional<KeyBytes> key;
  if (text.size() == 64) {
    key = decode(text, 4, hex_digit);
  } else if (text.size() == 43 || (text.size() == 44 && text.back() == '=')) {
    key = decode(text.substr(0, 43), 6, base64_digit);
  }
  if (key && std::set(key->begin(), key->end()).size() < different_bytes_min) return std::nullopt;
  return key;
}

}  // namespace gochat::config

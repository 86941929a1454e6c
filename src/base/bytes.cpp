#include "base/bytes.hpp"

#include <array>

namespace gochat {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64url_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_letter = 0xff;

constexpr auto base64url_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_letter);
  for (std::size_t n = 0; n < base64url_letters.size(); ++n) {
    values[static_cast<std::uint8_t>(base64url_letters[n])] = static_cast<std::uint8_t>(n);
  }
  return values;
}();

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

void ByteWriter::big_endian(std::uint64_t value, int size) {
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
    u8(static_cast<std::uint8_t>(value >> shift));
}

void ByteWriter::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) u8(static_cast<std::uint8_t>(value | 0x80));
  u8(static_cast<std::uint8_t>(value));
}

void ByteWriter::text(std::string_view value) {
  varint(value.size());
  bytes(value);
}

void ByteReader::fail() {
  ok_ = false;
  left_ = {};
}

std::uint64_t ByteReader::big_endian(std::size_t size) {
  std::uint64_t value = 0;
  for (const char c : bytes(size)) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (std::size_t n = 0; n < varint_bytes_max; ++n) {
    const std::uint8_t byte = u8();
    if (!ok_) return 0;
    const bool overflows = n == varint_bytes_max - 1 && byte > 1;
    const bool longer_than_needed = n > 0 && byte == 0;
    if (overflows || longer_than_needed) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * n);
    if (byte < 0x80) return value;
  }
  fail();
  return 0;
}

std::string_view ByteReader::bytes(std::size_t size) {
  if (size > left_.size()) {
    fail();
    return {};
  }
  const auto value = left_.substr(0, size);
  left_.remove_prefix(size);
  return value;
}

std::string_view ByteReader::text() {
  const std::uint64_t size = varint();
  return bytes(size);
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    hex.push_back(hex_digits[byte >> 4]);
    hex.push_back(hex_digits[byte & 15]);
  }
  return hex;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t n = 0; n < hex.size(); n += 2) {
    const auto high = hex_value(hex[n]);
    const auto low = hex_value(hex[n + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<char>(*high << 4 | *low));
  }
  return bytes;
}

std::string to_base64url(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t held = 0;
  int held_bits = 0;
  for (const char c : bytes) {
    held = held << 8 | static_cast<std::uint8_t>(c);
    held_bits += 8;
    while (held_bits >= 6) {
      held_bits -= 6;
      text.push_back(base64url_letters[held >> held_bits & 63]);
    }
  }
  if (held_bits > 0) text.push_back(base64url_letters[held << (6 - held_bits) & 63]);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t held = 0;
  int held_bits = 0;
  for (const char c : text) {
    const std::uint8_t value = base64url_values[static_cast<std::uint8_t>(c)];
    if (value == no_letter) return std::nullopt;
    held = held << 6 | value;
    held_bits += 6;
    if (held_bits >= 8) {
      held_bits -= 8;
      bytes.push_back(static_cast<char>(held >> held_bits));
    }
  }
  const std::uint32_t behind = held & ((1u << held_bits) - 1);
  if (behind != 0) return std::nullopt;
  return bytes;
}

}  // namespace gochat

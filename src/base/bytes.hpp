// Numbers and texts in byte strings, and byte strings in printable ones. Everything is big-endian,
// so that keys sort as their numbers do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gochat {

// The longest form of a varint: 7 bits a byte, lowest first.
inline constexpr std::size_t varint_bytes_max = 10;

class ByteWriter {
 public:
  void u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void u16(std::uint16_t value) { big_endian(value, 2); }
  void u32(std::uint32_t value) { big_endian(value, 4); }
  void u64(std::uint64_t value) { big_endian(value, 8); }
  void varint(std::uint64_t value);
  void bytes(std::string_view value) { out_.append(value); }
  // With its length, as a varint, in front.
  void text(std::string_view value);

  std::size_t size() const { return out_.size(); }
  std::string take() { return std::move(out_); }

 private:
  void big_endian(std::uint64_t value, int size);
  std::string out_;
};

// Reads what a ByteWriter wrote. One that met its end or a form that no writer makes stays failed
// and reads zeros and empty texts from then on, so a whole record is read first and judged by ok()
// afterwards.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : left_{bytes} {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
  std::uint64_t u64() { return big_endian(8); }
  // Only the shortest form of a number is one.
  std::uint64_t varint();
  // Views into what the reader was given.
  std::string_view bytes(std::size_t size);
  std::string_view text();

  bool ok() const { return ok_; }
  bool at_end() const { return left_.empty(); }
  std::size_t left() const { return left_.size(); }

 private:
  std::uint64_t big_endian(std::size_t size);
  void fail();

  std::string_view left_;
  bool ok_ = true;
};

// Lowercase.
std::string to_hex(std::string_view bytes);
// Either case; nothing when it is not whole bytes of hexadecimal digits.
std::optional<std::string> from_hex(std::string_view hex);

// RFC 4648 section 5, without padding.
std::string to_base64url(std::string_view bytes);
// Nothing when it has padding, a foreign letter, or bits behind the last byte: each byte string has
// exactly one form, or one token would have several.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace gochat

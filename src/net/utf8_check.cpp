#include "net/utf8_check.hpp"

#include <cstring>

namespace gochat::net {

namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

std::uint64_t word_at(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, 8);
  return word;
}

std::size_t ascii_prefix(const char* at, std::size_t size) {
  std::size_t done = 0;
  for (; size - done >= 32; done += 32) {
    const char* block = at + done;
    const std::uint64_t any =
        word_at(block) | word_at(block + 8) | word_at(block + 16) | word_at(block + 24);
    if (any & high_bits) break;
  }
  for (; size - done >= 8; done += 8) {
    if (word_at(at + done) & high_bits) break;
  }
  while (done < size && static_cast<std::uint8_t>(at[done]) < 0x80) ++done;
  return done;
}

}  // namespace

bool Utf8Check::lead(std::uint8_t byte) {
  low_ = 0x80;
  high_ = 0xBF;
  if (byte < 0x80) return true;
  if (byte >= 0xC2 && byte <= 0xDF) {
    missing_ = 1;
  } else if (byte >= 0xE0 && byte <= 0xEF) {
    missing_ = 2;
    if (byte == 0xE0) low_ = 0xA0;
    if (byte == 0xED) high_ = 0x9F;
  } else if (byte >= 0xF0 && byte <= 0xF4) {
    missing_ = 3;
    if (byte == 0xF0) low_ = 0x90;
    if (byte == 0xF4) high_ = 0x8F;
  } else {
    return false;
  }
  return true;
}

bool Utf8Check::follow(std::uint8_t byte) {
  if (byte < low_ || byte > high_) return false;
  low_ = 0x80;
  high_ = 0xBF;
  --missing_;
  return true;
}

bool Utf8Check::feed(std::string_view bytes) {
  if (broken_) return false;
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (missing_ == 0) at += ascii_prefix(bytes.data() + at, bytes.size() - at);
    if (at == bytes.size()) break;
    const auto byte = static_cast<std::uint8_t>(bytes[at++]);
    if (!(missing_ == 0 ? lead(byte) : follow(byte))) {
      broken_ = true;
      return false;
    }
  }
  return true;
}

}  // namespace gochat::net

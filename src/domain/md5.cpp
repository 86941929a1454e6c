#include "domain/md5.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace gochat {
namespace {

// floor(2^32 * |sin(n + 1)|), RFC 1321 section 3.4.
constexpr std::array<std::uint32_t, 64> sines{
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr std::array<std::array<int, 4>, 4> shifts{
    {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};

using Digest = std::array<std::uint32_t, 4>;

void absorb(Digest& digest, const char* block) {
  std::array<std::uint32_t, 16> words;
  std::memcpy(words.data(), block, 64);
  auto [a, b, c, d] = digest;
  for (std::size_t n = 0; n < 64; ++n) {
    std::uint32_t mixed = 0;
    std::size_t word = 0;
    switch (n / 16) {
      case 0:
        mixed = (b & c) | (~b & d);
        word = n;
        break;
      case 1:
        mixed = (d & b) | (~d & c);
        word = (5 * n + 1) % 16;
        break;
      case 2:
        mixed = b ^ c ^ d;
        word = (3 * n + 5) % 16;
        break;
      default:
        mixed = c ^ (b | ~d);
        word = (7 * n) % 16;
        break;
    }
    const auto sum = a + mixed + sines[n] + words[word];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, shifts[n / 16][n % 4]);
  }
  digest = {digest[0] + a, digest[1] + b, digest[2] + c, digest[3] + d};
}

}  // namespace

std::string md5_hex(std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");
  Digest digest{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  std::string padded{bytes};
  padded.push_back('\x80');
  while (padded.size() % 64 != 56) padded.push_back('\0');
  padded.append(reinterpret_cast<const char*>(&bits), 8);
  for (std::size_t at = 0; at < padded.size(); at += 64) absorb(digest, padded.data() + at);

  std::string hex;
  for (const auto word : digest) {
    for (int shift = 0; shift < 32; shift += 8) {
      const auto byte = (word >> shift) & 0xff;
      hex.push_back("0123456789abcdef"[byte >> 4]);
      hex.push_back("0123456789abcdef"[byte & 15]);
    }
  }
  return hex;
}

}  // namespace gochat

#include "domain/siphash.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace gochat {
namespace {

// The vectors published with the algorithm: key 00..0f, message 00 01 02 ... of n bytes.
constexpr SipKey reference_key{0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};

std::string counting(std::size_t bytes) {
  std::string text;
  for (std::size_t n = 0; n < bytes; ++n) text.push_back(static_cast<char>(n));
  return text;
}

TEST(Siphash, agrees_with_the_reference_vectors) {
  constexpr std::array<std::uint64_t, 9> expected{
      0x726fdb47dd0e0e31ULL, 0x74f839c593dc67fdULL, 0x0d6c8009d9a94f5aULL,
      0x85676696d7fb7e2dULL, 0xcf2794e0277187b7ULL, 0x18765564cd99a68dULL,
      0xcbc9466e58fee3ceULL, 0xab0200f58b01d137ULL, 0x93f5f5799a932462ULL};
  for (std::size_t n = 0; n < expected.size(); ++n) {
    EXPECT_EQ(siphash(reference_key, counting(n)), expected[n]) << n << " bytes";
  }
  EXPECT_EQ(siphash(reference_key, counting(15)), 0xa129ca6149be45e5ULL);
}

TEST(Siphash, depends_on_every_part_of_the_key) {
  const auto text = counting(20);
  EXPECT_NE(siphash({1, 2}, text), siphash({1, 3}, text));
  EXPECT_NE(siphash({1, 2}, text), siphash({2, 2}, text));
}

TEST(Siphash, tells_trailing_zeros_apart) {
  EXPECT_NE(siphash({1, 2}, std::string(7, '\0')), siphash({1, 2}, std::string(6, '\0')));
}

}  // namespace
}  // namespace gochat

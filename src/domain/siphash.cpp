#include "domain/siphash.hpp"

#include <bit>
#include <cstring>

namespace gochat {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

}  // namespace

std::uint64_t siphash(SipKey key, std::string_view bytes) {
  State state{key.k0 ^ 0x736f6d6570736575ULL, key.k1 ^ 0x646f72616e646f6dULL,
              key.k0 ^ 0x6c7967656e657261ULL, key.k1 ^ 0x7465646279746573ULL};
  const char* at = bytes.data();
  for (std::size_t words = bytes.size() / 8; words != 0; --words, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    state.absorb(word);
  }
  // The last word carries the length's low byte, so that trailing zeros are told apart.
  std::uint64_t last = std::uint64_t{bytes.size()} << 56;
  for (std::size_t n = 0; n < bytes.size() % 8; ++n) {
    last |= std::uint64_t{static_cast<unsigned char>(at[n])} << (8 * n);
  }
  state.absorb(last);
  state.v2 ^= 0xff;
  for (int n = 0; n < 4; ++n) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace gochat

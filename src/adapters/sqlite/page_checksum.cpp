#include "adapters/sqlite/page_checksum.hpp"

#include <array>
#include <cstring>

namespace gochat::sqlite {
namespace {

constexpr std::size_t hashed_bytes = page_bytes - page_reserve_bytes;
constexpr std::size_t hashed_words = hashed_bytes / 8;
// Four lanes let the multiplications overlap; one lane would wait for each product.
constexpr std::size_t lanes = 4;
constexpr std::size_t words_per_round = 2 * lanes;
static_assert(hashed_bytes % 8 == 0);

// Odd constants without structure: fractional parts of the square roots of 2, 3, 5 and 7.
constexpr std::array<std::uint64_t, lanes> keys{0x6a09e667f3bcc909, 0xbb67ae8584caa73b,
                                                0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1};

// Both halves of the 128-bit product, folded: every bit of either factor reaches the result.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t word_at(const std::byte* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

}  // namespace

std::uint64_t page_hash(Page page, std::uint32_t number) {
  std::array<std::uint64_t, lanes> state = keys;
  for (auto& lane : state) lane ^= number;
  const std::byte* at = page.data();
  std::size_t word = 0;
  for (; word + words_per_round <= hashed_words; word += words_per_round) {
    for (std::size_t lane = 0; lane < lanes; ++lane, at += 16) {
      state[lane] = fold(state[lane] ^ word_at(at), keys[lane] ^ word_at(at + 8));
    }
  }
  for (; word < hashed_words; ++word, at += 8) state[0] = fold(state[0] ^ word_at(at), keys[1]);
  const std::uint64_t mixed =
      fold(state[0] ^ keys[3], state[1] ^ keys[2]) ^ fold(state[2] ^ keys[1], state[3] ^ keys[0]);
  return fold(mixed ^ number, keys[0]) | 1;
}

bool is_sound(Page page, std::uint32_t number) {
  return page_hash(page, number) == word_at(page.data() + hashed_bytes);
}

void stamp(MutablePage page, std::uint32_t number) {
  const std::uint64_t hash = page_hash(page, number);
  std::memcpy(page.data() + hashed_bytes, &hash, sizeof hash);
}

}  // namespace gochat::sqlite

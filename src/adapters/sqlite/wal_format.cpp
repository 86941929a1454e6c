#include "adapters/sqlite/wal_format.hpp"

#include <bit>
#include <cstring>

#include "base/assert.hpp"

namespace gochat::sqlite {

static_assert(std::endian::native == std::endian::little, "words are swapped for big-endian logs");

std::uint32_t read_be32(const std::byte* from) {
  std::uint32_t value;
  std::memcpy(&value, from, sizeof value);
  return std::byteswap(value);
}

void write_be32(std::byte* to, std::uint32_t value) {
  value = std::byteswap(value);
  std::memcpy(to, &value, sizeof value);
}

void WalChain::extend(std::span<const std::byte> bytes, bool big_endian) {
  GOCHAT_ASSERT(bytes.size() % 8 == 0);
  const std::byte* at = bytes.data();
  for (std::size_t n = 0; n < bytes.size(); n += 8, at += 8) {
    std::uint32_t words[2];
    std::memcpy(words, at, sizeof words);
    if (big_endian) {
      words[0] = std::byteswap(words[0]);
      words[1] = std::byteswap(words[1]);
    }
    first_ += words[0] + second_;
    second_ += words[1] + first_;
  }
}

void WalChain::extend_by_frame(std::span<const std::byte, frame_bytes> frame, bool big_endian) {
  extend(frame.first(8), big_endian);
  extend(frame.subspan(frame_header_bytes), big_endian);
}

void WalChain::store(std::byte* to) const {
  write_be32(to, first_);
  write_be32(to + 4, second_);
}

}  // namespace gochat::sqlite

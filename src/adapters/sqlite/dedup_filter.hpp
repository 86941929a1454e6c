// A Bloom filter over the hashes of one dedup generation: one cache line and six bits a hash, so
// that "surely not here" costs one miss of the cache.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gochat::sqlite {

class DedupFilter {
 public:
  // 12 bits a hash and six of them set: 1 % of foreign hashes are let through.
  static constexpr std::size_t bits_per_hash = 12;
  static constexpr int bits_set = 6;

  explicit DedupFilter(std::size_t hashes);
  // From the bytes that `bytes()` gave.
  explicit DedupFilter(std::span<const std::byte> bytes);

  void add(std::uint64_t hash);
  bool may_hold(std::uint64_t hash) const;

  std::span<const std::byte> bytes() const { return std::as_bytes(std::span{lines_}); }

 private:
  static constexpr std::size_t line_bits = 512;
  using Line = std::array<std::uint64_t, line_bits / 64>;

  std::size_t line_of(std::uint64_t hash) const;

  std::vector<Line> lines_;
};

}  // namespace gochat::sqlite

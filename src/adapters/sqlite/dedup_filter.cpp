#include "adapters/sqlite/dedup_filter.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"

namespace gochat::sqlite {
namespace {

// The line takes the hash's high half, so the bits within it come from a product in which all of
// the hash has a part.
std::uint64_t bits_of(std::uint64_t hash) { return hash * 0x9e3779b97f4a7c15ULL; }

template <class Visit>
bool each_bit(std::uint64_t hash, Visit visit) {
  std::uint64_t bits = bits_of(hash);
  for (int n = 0; n < DedupFilter::bits_set; ++n, bits >>= 9) {
    if (!visit((bits >> 6) & 7, std::uint64_t{1} << (bits & 63))) return false;
  }
  return true;
}

}  // namespace

DedupFilter::DedupFilter(std::size_t hashes)
    : lines_(std::max<std::size_t>(1, (hashes * bits_per_hash + line_bits - 1) / line_bits)) {}

DedupFilter::DedupFilter(std::span<const std::byte> bytes) : lines_(bytes.size() / sizeof(Line)) {
  GOCHAT_ASSERT(!lines_.empty() && bytes.size() % sizeof(Line) == 0);
  std::memcpy(lines_.data(), bytes.data(), bytes.size());
}

std::size_t DedupFilter::line_of(std::uint64_t hash) const {
  return static_cast<std::size_t>(((hash >> 32) * lines_.size()) >> 32);
}

void DedupFilter::add(std::uint64_t hash) {
  Line& line = lines_[line_of(hash)];
  each_bit(hash, [&](std::size_t word, std::uint64_t bit) {
    line[word] |= bit;
    return true;
  });
}

bool DedupFilter::may_hold(std::uint64_t hash) const {
  const Line& line = lines_[line_of(hash)];
  return each_bit(hash,
                  [&](std::size_t word, std::uint64_t bit) { return (line[word] & bit) != 0; });
}

}  // namespace gochat::sqlite

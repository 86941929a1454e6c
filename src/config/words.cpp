#include "config/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "config/keys.hpp"

namespace gochat::config {
namespace {

constexpr std::size_t word_bytes_max = 64;   // of a word that is compared with others
constexpr std::size_t shown_bytes_max = 80;  // of what is shown again

// Letters to insert, remove, replace or swap with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(above, std::move(row));
  }
  return above[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view written, std::span<const std::string_view> known) {
  if (written.size() > word_bytes_max) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, written.size() / 4) + 1;
  for (const std::string_view word : known) {
    const std::size_t far = distance(written, word);
    // A short word is near to everything: most of it must be there.
    if (far >= least || far * 2 > std::max(written.size(), word.size())) continue;
    least = far;
    best = word;
  }
  return best;
}

std::string_view nearest_key(std::string_view written) {
  const auto last = written.substr(written.rfind('.') + 1);
  std::vector<std::string_view> names;
  for (const Key& key : keys()) {
    if (key.last() == last) return key.name;
    names.push_back(key.name);
  }
  return nearest(written, names);
}

std::string did_you_mean(std::string_view meant) {
  return meant.empty() ? std::string{} : fmt::format(" (did you mean `{}`?)", meant);
}

std::string shown(std::string_view text) {
  std::string line{text.substr(0, shown_bytes_max)};
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  if (text.size() > shown_bytes_max) line += "...";
  return line;
}

}  // namespace gochat::config

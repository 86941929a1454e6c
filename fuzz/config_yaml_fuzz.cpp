// Configuration files: whatever the text is, it is read to the end, what is wrong with it is told
// in lines that a terminal can show, and what was read can be judged.
#include <algorithm>
#include <string_view>

#include "base/assert.hpp"
#include "config/checks.hpp"
#include "config/values.hpp"
#include "config/yaml.hpp"

namespace {

using namespace gochat;
using namespace gochat::config;

void expect_one_line(std::string_view text) {
  GOCHAT_ASSERT(!text.empty());
  GOCHAT_ASSERT(std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const Gathered read = read_yaml({reinterpret_cast<const char*>(bytes), size}, "fuzz.yaml");
  GOCHAT_ASSERT(read.problems.size() <= file_problems_max);
  for (const Problem& problem : read.problems) expect_one_line(problem.cause);
  Config config;
  for (const Given& given : read.given) {
    GOCHAT_ASSERT(given.key != nullptr && !given.where.empty());
    if (given.secret_file || !assign(*given.key, config, given.texts)) continue;
    // What was taken is written, and taken again, as the same.
    if (given.key->traits.secret || given.key->is_list()) continue;
    std::string text = written(*given.key, config);
    GOCHAT_ASSERT(!text.empty());
  }
  for (const Key& key : keys()) GOCHAT_ASSERT(same(key, config, config));
  if (const auto whole = complete(config)) {
    for (const Problem& problem : check(*whole)) GOCHAT_ASSERT(!problem.cause.empty());
    for (const Problem& doubt : doubts(*whole)) GOCHAT_ASSERT(!doubt.cause.empty());
  }
  return 0;
}

// Bits flip, pages turn to zeroes, files are cut off: the store may refuse, or lose a last
// transaction that cannot be told from a torn one, but it never answers what was not written.
// GOCHAT_CORRUPTION_CASES sets how many cases are tried, GOCHAT_SEED which.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "adapters/sqlite/checkpointer.hpp"
#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/history_model.hpp"
#include "adapters/sqlite/recorded_disk.hpp"
#include "adapters/sqlite/temporary_directory.hpp"
#include "adapters/sqlite/wal_format.hpp"
#include "adapters/sqlite/wal_scan.hpp"

namespace gochat::sqlite {
namespace {

constexpr std::uint64_t cases_by_default = 2400;
constexpr std::uint64_t seed_by_default = 20250102;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

enum class Outcome : std::uint8_t { detected, harmless, older, wrong };

struct Tally {
  int detected = 0;
  int harmless = 0;
  int older = 0;
};

class CorruptionTest : public ::testing::Test {
 protected:
  CorruptionTest() {
    ChecksumVfs vfs;
    auto writer = Connection::open(path("x.db"), {.vfs = vfs.name(), .cache_kib = 16});
    EXPECT_TRUE(writer->exec(HistoryModel::schema));
  }

  std::filesystem::path path(std::string_view name) const { return directory_.path() / name; }

  // Lives on; what lies on the disk before it closes is kept.
  DiskFiles live(int transactions, CheckpointLimits limits) {
    ChecksumVfs vfs;
    auto writer = Connection::open(path("x.db"), {.vfs = vfs.name(), .cache_kib = 16});
    InlineExecutor helper;
    auto checkpointer =
        Checkpointer::open(path("x.db"), {.vfs = vfs.name()}, *writer, helper, limits);
    for (int n = 0; n < transactions; ++n) {
      auto digest = model_.next_transaction(*writer);
      EXPECT_TRUE(digest.ok());
      digests_.push_back(*digest);
      EXPECT_TRUE((*checkpointer)->after_commit());
    }
    return {directory_.read("x.db"), directory_.read("x.db-wal"), directory_.read("x.db-mark"), {}};
  }

  Outcome judge(const DiskFiles& files) {
    std::error_code ignored;
    for (const char* name : {"y.db-wal", "y.db-mark", "y.db-shm"})
      std::filesystem::remove(path(name), ignored);
    directory_.write("y.db", files.database);
    if (!files.wal.empty()) directory_.write("y.db-wal", files.wal);
    if (!files.mark.empty()) directory_.write("y.db-mark", files.mark);
    if (!prepare_wal(path("y.db"))) return Outcome::detected;
    ChecksumVfs vfs;
    auto connection = Connection::open(path("y.db"), {.vfs = vfs.name()});
    if (!connection) return Outcome::detected;
    auto digest = digest_of(*connection);
    if (!digest) return Outcome::detected;
    if (*digest == digests_.back()) return Outcome::harmless;
    return std::ranges::find(digests_, *digest) != digests_.end() ? Outcome::older : Outcome::wrong;
  }

  // Answers what was done, for the message of a failure.
  std::string damage(std::string& file, std::size_t unit, std::size_t header) {
    const std::size_t at = rng_() % file.size();
    switch (rng_() % 3) {
      case 0:
        file[at] = static_cast<char>(file[at] ^ (1 << rng_() % 8));
        return fmt::format("a bit flipped at {} of {}", at, file.size());
      case 1:
        file.resize(at);
        return fmt::format("cut at {}", at);
      default: {
        const std::size_t units = (file.size() - header) / unit;
        const std::size_t from = header + rng_() % units * unit;
        std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(from), unit, '\0');
        return fmt::format("zeroes from {} of {}", from, file.size());
      }
    }
  }

  Tally try_cases(const DiskFiles& sound, std::uint64_t cases) {
    EXPECT_EQ(judge(sound), Outcome::harmless);
    Tally tally;
    for (std::uint64_t n = 0; n < cases; ++n) {
      DiskFiles files = sound;
      const bool in_wal = !files.wal.empty() && rng_() % 2 == 0;
      const std::string what = in_wal ? damage(files.wal, frame_bytes, wal_header_bytes)
                                      : damage(files.database, page_bytes, 0);
      const Outcome outcome = judge(files);
      if (outcome == Outcome::detected) ++tally.detected;
      if (outcome == Outcome::harmless) ++tally.harmless;
      if (outcome == Outcome::older) ++tally.older;
      EXPECT_TRUE(outcome != Outcome::wrong && (in_wal || outcome != Outcome::older))
          << (in_wal ? "log: " : "database: ") << what << ", case " << n << ", seed " << seed_;
    }
    fmt::print("{} cases: {} detected, {} harmless, {} lost their last transactions\n", cases,
               tally.detected, tally.harmless, tally.older);
    return tally;
  }

  std::uint64_t cases_ = from_environment("GOCHAT_CORRUPTION_CASES", cases_by_default) / 3;
  std::uint64_t seed_ = from_environment("GOCHAT_SEED", seed_by_default);
  std::mt19937_64 rng_{seed_};
  HistoryModel model_{seed_};
  TemporaryDirectory directory_;
  std::vector<std::uint64_t> digests_;
};

TEST_F(CorruptionTest, of_a_closed_database_is_never_believed) {
  live(60, {});
  const Tally tally = try_cases({directory_.read("x.db"), {}, {}, {}}, cases_);
  EXPECT_EQ(tally.older, 0);
}

TEST_F(CorruptionTest, of_a_log_that_holds_everything_is_never_believed) {
  live(60, {});
  try_cases(live(40, {.log_frames = 100'000, .piece_frames = 100'000}), cases_);
}

TEST_F(CorruptionTest, of_a_log_that_is_being_checkpointed_is_never_believed) {
  live(60, {});
  model_.touch_few_pages();
  try_cases(live(60, {.log_frames = 100'000, .piece_frames = 16}), cases_);
}

}  // namespace
}  // namespace gochat::sqlite

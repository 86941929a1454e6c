// What the store's file holds after a power cut at any moment of its life. GOCHAT_CRASH_STATES sets
// how many torn states are tried, GOCHAT_SEED which.
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
#include "adapters/sqlite/wal_scan.hpp"
#include "base/fault.hpp"

namespace gochat::sqlite {
namespace {

constexpr std::uint64_t torn_states_by_default = 3000;
constexpr std::uint64_t seed_by_default = 20250101;
constexpr int transactions = 120;
// Small, so that the short life sees many checkpoints and spilled transactions.
constexpr CheckpointLimits small_limits{.log_frames = 60, .piece_frames = 8};
constexpr int small_cache_kib = 16;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Commit {
  std::size_t ops_before;
  std::size_t ops_after;
  std::uint64_t digest;
};

class CrashTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.path() / "x.db"; }

  Connection open(const ChecksumVfs& vfs) const {
    auto connection = Connection::open(path(), {.vfs = vfs.name(), .cache_kib = small_cache_kib});
    EXPECT_TRUE(connection.ok()) << connection.error().detail;
    return std::move(*connection);
  }

  DiskFiles files() const {
    return {directory_.read("x.db"), directory_.read("x.db-wal"), directory_.read("x.db-mark"), {}};
  }

  void put(const DiskFiles& files) const {
    std::error_code ignored;
    for (const char* name : {"x.db", "x.db-wal", "x.db-shm", "x.db-mark", "x.db-journal"}) {
      std::filesystem::remove(directory_.path() / name, ignored);
    }
    directory_.write("x.db", files.database);
    if (!files.wal.empty()) directory_.write("x.db-wal", files.wal);
    if (!files.mark.empty()) directory_.write("x.db-mark", files.mark);
    if (!files.journal.empty()) directory_.write("x.db-journal", files.journal);
  }

  // Lives through `count` transactions on what lies on the disk and answers how power could be cut.
  PowerCuts live(int count, std::uint64_t seed) {
    DiskFiles start = files();
    RecordedDisk disk;
    commits_.clear();
    {
      ChecksumVfs vfs{&disk};
      Connection writer = open(vfs);
      InlineExecutor helper;
      auto checkpointer =
          Checkpointer::open(path(), {.vfs = vfs.name()}, writer, helper, small_limits);
      HistoryModel model{seed};
      commits_.push_back({0, 0, *digest_of(writer)});
      for (int n = 0; n < count; ++n) {
        const std::size_t before = disk.size();
        auto digest = model.next_transaction(writer);
        EXPECT_TRUE(digest.ok()) << digest.error().detail;
        commits_.push_back({before, disk.size(), *digest});
        EXPECT_TRUE((*checkpointer)->after_commit());
      }
      completed_checkpoints_ += (*checkpointer)->completed();
    }
    recorded_ = disk.take();
    return PowerCuts{std::move(start), recorded_};
  }

  // Empty when the state is one of those that may be left; else what is wrong with it.
  std::string judge(std::size_t moment) const {
    auto verdict = prepare_wal(path());
    if (!verdict) return verdict.error().detail;
    ChecksumVfs vfs;
    auto connection = Connection::open(path(), {.vfs = vfs.name()});
    if (!connection) return connection.error().detail;
    auto digest = digest_of(*connection);
    if (!digest) return digest.error().detail;
    auto sound = passes_integrity_check(*connection);
    if (!sound) return sound.error().detail;
    if (!*sound) return "the integrity check fails";
    // What was answered must be there; the transaction under way may be.
    const auto answered = std::ranges::upper_bound(commits_, moment, {}, &Commit::ops_after) - 1;
    if (*digest == answered->digest) return {};
    const auto under_way = answered + 1;
    if (under_way != commits_.end() && moment > under_way->ops_before &&
        *digest == under_way->digest) {
      return {};
    }
    const auto known = std::ranges::find(commits_, *digest, &Commit::digest);
    return known == commits_.end()
               ? "rows that were never committed together"
               : "transaction " + std::to_string(known - commits_.begin()) + " instead of " +
                     std::to_string(answered - commits_.begin());
  }

  void create() {
    ChecksumVfs vfs;
    ASSERT_TRUE(open(vfs).exec(HistoryModel::schema));
  }

  TemporaryDirectory directory_;
  std::vector<Commit> commits_;
  std::vector<DiskOp> recorded_;
  std::uint64_t completed_checkpoints_ = 0;
};

TEST_F(CrashTest, every_moment_leaves_what_was_committed_when_the_process_dies) {
  create();
  const PowerCuts cuts = live(transactions, seed_by_default);
  EXPECT_GT(completed_checkpoints_, 5u);
  // Every third moment, from another one each time the recording changes its length.
  for (std::size_t moment = cuts.moments() % 3; moment < cuts.moments(); moment += 3) {
    put(cuts.in_order(moment));
    ASSERT_EQ(judge(moment), "") << "after act " << moment << " of " << cuts.moments();
  }
}

TEST_F(CrashTest, a_power_cut_leaves_what_was_committed_whatever_sectors_arrived) {
  const std::uint64_t seed = from_environment("GOCHAT_SEED", seed_by_default);
  const std::uint64_t states = from_environment("GOCHAT_CRASH_STATES", torn_states_by_default);
  std::mt19937_64 rng{seed};
  create();
  const PowerCuts cuts = live(transactions, seed);
  for (std::uint64_t n = 0; n < states; ++n) {
    const std::size_t moment = rng() % cuts.moments();
    put(cuts.torn(moment, rng));
    ASSERT_EQ(judge(moment), "") << "after act " << moment << ", state " << n << ", seed " << seed;
  }
  RecordProperty("crash_states", static_cast<int>(states));
}

// The control: what these tests would say of a store that answers before its sync.
TEST_F(CrashTest, a_store_that_skips_the_sync_of_its_log_is_found_out) {
  std::mt19937_64 rng{seed_by_default};
  create();
  DiskFiles start = files();
  live(transactions, seed_by_default);
  int syncs = 0;
  for (DiskOp& op : recorded_) {
    // Keeps its place among the acts and does nothing.
    if (op.file == DiskFile::wal && op.act == DiskAct::sync && ++syncs % 5 == 0)
      op.act = DiskAct::read;
  }
  const PowerCuts cuts{std::move(start), std::move(recorded_)};
  int found_out = 0;
  for (int n = 0; n < 300; ++n) {
    const std::size_t moment = rng() % cuts.moments();
    put(cuts.torn(moment, rng));
    if (!judge(moment).empty()) ++found_out;
  }
  EXPECT_GT(found_out, 5);
}

// The same with the bug planted in the code that ships: each of five lives must be enough.
TEST_F(CrashTest, the_planted_sync_skipped_is_caught_in_every_run) {
  if (!fault::compiled_in) GTEST_SKIP() << "this build plants no bugs";
  create();
  const DiskFiles start = files();
  for (std::uint64_t run = 0; run < 5; ++run) {
    std::mt19937_64 rng{seed_by_default + run};
    put(start);
    ASSERT_TRUE(fault::arm({.plant = "sync_skipped"}));
    const PowerCuts cuts = live(transactions, seed_by_default + run);
    ASSERT_TRUE(fault::arm({}));
    int found_out = 0;
    for (int n = 0; n < 20; ++n) {
      const std::size_t moment = rng() % cuts.moments();
      put(cuts.torn(moment, rng));
      if (!judge(moment).empty()) ++found_out;
    }
    EXPECT_GT(found_out, 0) << "run " << run;
  }
}

TEST_F(CrashTest, a_second_power_cut_finds_no_traces_of_the_first) {
  const std::uint64_t seed = from_environment("GOCHAT_SEED", seed_by_default);
  const std::uint64_t lives = from_environment("GOCHAT_CRASH_STATES", torn_states_by_default) / 100;
  std::mt19937_64 rng{seed + 1};
  create();
  const PowerCuts first = live(transactions, seed);
  for (std::uint64_t n = 0; n < lives; ++n) {
    put(first.torn(rng() % first.moments(), rng));
    ASSERT_TRUE(prepare_wal(path()));
    const PowerCuts second = live(4, rng());
    for (int again = 0; again < 5; ++again) {
      const std::size_t moment = rng() % second.moments();
      put(second.torn(moment, rng));
      ASSERT_EQ(judge(moment), "") << "life " << n << ", act " << moment << ", seed " << seed;
    }
  }
}

TEST_F(CrashTest, a_file_that_was_half_created_is_created_again) {
  RecordedDisk disk;
  {
    ChecksumVfs vfs{&disk};
    ASSERT_TRUE(open(vfs).exec(HistoryModel::schema));
  }
  const PowerCuts cuts{{}, disk.take()};
  for (std::size_t moment = 0; moment < cuts.moments(); ++moment) {
    put(cuts.in_order(moment));
    ASSERT_TRUE(prepare_wal(path()));
    ChecksumVfs vfs;
    auto connection = Connection::open(path(), {.vfs = vfs.name()});
    ASSERT_TRUE(connection) << moment << ": " << connection.error().detail;
    auto tables = connection->prepare("SELECT count(*) FROM sqlite_schema");
    ASSERT_TRUE(tables) << moment << ": " << tables.error().detail;
    ASSERT_TRUE(*tables->step());
    // Two statements, two transactions.
    EXPECT_LE(tables->int64(0), 2);
  }
}

}  // namespace
}  // namespace gochat::sqlite

#include "adapters/sqlite/checkpointer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "adapters/sqlite/temporary_directory.hpp"

namespace gochat::sqlite {
namespace {

// Runs what is asked of it at once, until it holds: then when the test says so.
class HeldExecutor final : public Executor {
 public:
  bool post(std::move_only_function<void()> job) override {
    if (!taking) return false;
    if (holds()) {
      jobs.push_back(std::move(job));
    } else {
      job();
    }
    return true;
  }

  void run_all() {
    holds = [] { return false; };
    for (auto& job : jobs) job();
    jobs.clear();
  }

  bool taking = true;
  std::function<bool()> holds = [] { return false; };
  std::vector<std::move_only_function<void()>> jobs;
};

// Counts the syncs of the database and can fail them.
class SyncWatch final : public DiskObserver {
 public:
  DiskVerdict before(const DiskEvent& event) override {
    if (event.file != DiskFile::database || event.act != DiskAct::sync) return {};
    ++syncs;
    return {failing ? DiskVerdict::Kind::io_error : DiskVerdict::Kind::go_on};
  }

  std::atomic<int> syncs = 0;
  std::atomic<bool> failing = false;
};

class CheckpointerTest : public ::testing::Test {
 protected:
  CheckpointerTest() {
    EXPECT_TRUE(writer_.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, body)"));
    watch_.syncs = 0;
  }

  Connection open(bool read_only = false) {
    auto connection = Connection::open(path_, {.vfs = vfs_.name(), .read_only = read_only});
    EXPECT_TRUE(connection.ok());
    return std::move(*connection);
  }

  std::unique_ptr<Checkpointer> checkpointer(Executor& helper) {
    auto made = Checkpointer::open(path_, {.vfs = vfs_.name()}, writer_, helper,
                                   {.log_frames = log_frames, .piece_frames = 10});
    EXPECT_TRUE(made.ok());
    return std::move(*made);
  }

  // Up to the moment at which the helper is asked to sync, and has not.
  void commit_until_the_sync(Checkpointer& checkpointer) {
    held_.holds = [&checkpointer] { return checkpointer.log_frames() >= log_frames; };
    while (held_.jobs.empty()) {
      ASSERT_TRUE(commit(checkpointer));
      ASSERT_LT(checkpointer.log_frames(), log_frames + 10);
    }
  }

  // About three frames each.
  Result<void> commit(Checkpointer& checkpointer, int times = 1) {
    for (int n = 0; n < times; ++n) {
      if (auto done = writer_.exec("INSERT INTO t (body) VALUES (randomblob(7000))"); !done)
        return done;
      if (auto done = checkpointer.after_commit(); !done) return done;
    }
    return {};
  }

  static constexpr std::int64_t log_frames = 100;
  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "x.db";
  SyncWatch watch_;
  ChecksumVfs vfs_{&watch_};
  Connection writer_ = open();
  HeldExecutor held_;
  InlineExecutor inline_;
};

TEST_F(CheckpointerTest, copies_in_pieces_without_syncing_the_database) {
  auto c = checkpointer(held_);
  const auto before = vfs_.counters();
  commit_until_the_sync(*c);
  EXPECT_GT(vfs_.counters().database_bytes - before.database_bytes, 20u * page_bytes);
  EXPECT_EQ(watch_.syncs, 0);
  held_.run_all();
}

TEST_F(CheckpointerTest, completes_after_the_helper_has_synced_and_begins_the_log_anew) {
  auto c = checkpointer(held_);
  commit_until_the_sync(*c);
  // Commits do not wait for the helper.
  ASSERT_TRUE(commit(*c, 20));
  EXPECT_EQ(c->completed(), 0u);
  held_.run_all();
  EXPECT_EQ(watch_.syncs, 1);
  ASSERT_TRUE(commit(*c));
  EXPECT_EQ(c->completed(), 1u);
  EXPECT_EQ(watch_.syncs, 2);
  ASSERT_TRUE(commit(*c));
  EXPECT_LT(c->log_frames(), 10);
}

TEST_F(CheckpointerTest, keeps_the_log_short_over_many_rounds_and_loses_nothing) {
  {
    auto c = checkpointer(inline_);
    for (int n = 0; n < 1000; ++n) {
      ASSERT_TRUE(commit(*c));
      ASSERT_LT(c->log_frames(), 120);
    }
    EXPECT_GT(c->completed(), 20u);
  }
  Connection reader = open(true);
  auto count = reader.prepare("SELECT count(*) FROM t");
  ASSERT_TRUE(*count->step());
  EXPECT_EQ(count->int64(0), 1000);
}

TEST_F(CheckpointerTest, tries_again_when_a_reader_puts_the_reset_off) {
  auto c = checkpointer(inline_);
  ASSERT_TRUE(commit(*c, 20));
  Connection reader = open(true);
  {
    auto snapshot = reader.begin_read();
    ASSERT_TRUE(snapshot);
    ASSERT_TRUE(commit(*c, 100));
    EXPECT_GT(c->log_frames(), 250);
    EXPECT_EQ(c->completed(), 0u);
  }
  ASSERT_TRUE(commit(*c, 12));
  EXPECT_EQ(c->completed(), 1u);
  EXPECT_LT(c->log_frames(), 60);
}

TEST_F(CheckpointerTest, completes_without_a_helper_that_is_busy) {
  held_.taking = false;
  auto c = checkpointer(held_);
  ASSERT_TRUE(commit(*c, 60));
  EXPECT_GE(c->completed(), 1u);
}

TEST_F(CheckpointerTest, marks_on_the_helper_what_the_next_piece_copies) {
  auto c = checkpointer(held_);
  held_.holds = [] { return true; };
  ASSERT_TRUE(commit(*c, 20));
  // Without the mark no piece is copied.
  EXPECT_EQ(held_.jobs.size(), 1u);
  EXPECT_EQ(vfs_.counters().mark_syncs, 0u);
  const auto before = vfs_.counters().database_bytes;
  held_.run_all();
  EXPECT_EQ(vfs_.counters().mark_syncs, 1u);
  ASSERT_TRUE(commit(*c));
  EXPECT_GT(vfs_.counters().database_bytes, before);
}

TEST_F(CheckpointerTest, a_failed_sync_of_the_helper_ends_all_writing) {
  auto c = checkpointer(held_);
  commit_until_the_sync(*c);
  watch_.failing = true;
  held_.run_all();
  EXPECT_TRUE(vfs_.broken());
  EXPECT_EQ(commit(*c).code(), ErrorCode::unavailable);
  EXPECT_EQ(c->after_commit().code(), ErrorCode::unavailable);
}

TEST_F(CheckpointerTest, waits_for_the_helper_when_it_ends) {
  ThreadPool pool{1, 4, "sync"};
  for (int n = 0; n < 5; ++n) {
    auto c = checkpointer(pool);
    ASSERT_TRUE(commit(*c, 45));
  }
}

}  // namespace
}  // namespace gochat::sqlite

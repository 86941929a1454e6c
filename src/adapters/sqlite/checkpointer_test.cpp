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

// Keeps the job until the test lets it run.
class HeldExecutor final : public Executor {
 public:
  bool post(std::move_only_function<void()> job) override {
    if (!taking) return false;
    jobs.push_back(std::move(job));
    return true;
  }

  void run_all() {
    for (auto& job : jobs) job();
    jobs.clear();
  }

  bool taking = true;
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
                                   {.log_frames = 100, .piece_frames = 10});
    EXPECT_TRUE(made.ok());
    return std::move(*made);
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
  while (held_.jobs.empty()) {
    ASSERT_TRUE(commit(*c));
    ASSERT_LT(c->log_frames(), 110);
  }
  EXPECT_GT(vfs_.counters().database_bytes - before.database_bytes, 20u * page_bytes);
  EXPECT_EQ(watch_.syncs, 0);
  held_.run_all();
}

TEST_F(CheckpointerTest, completes_after_the_helper_has_synced_and_begins_the_log_anew) {
  auto c = checkpointer(held_);
  while (held_.jobs.empty()) ASSERT_TRUE(commit(*c));
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

TEST_F(CheckpointerTest, a_failed_sync_of_the_helper_ends_all_writing) {
  auto c = checkpointer(held_);
  while (held_.jobs.empty()) ASSERT_TRUE(commit(*c));
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

#include "adapters/sqlite/wal_scan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/temporary_directory.hpp"
#include "adapters/sqlite/wal_format.hpp"

namespace gochat::sqlite {
namespace {

using ::testing::HasSubstr;

// A log of ten transactions, taken from under a running connection.
class WalScanTest : public ::testing::Test {
 protected:
  WalScanTest() {
    ChecksumVfs vfs;
    auto c = Connection::open(directory_.path() / "x.db", {.vfs = vfs.name()});
    EXPECT_TRUE(c->exec("CREATE TABLE t (id INTEGER PRIMARY KEY, body)"));
    for (int n = 0; n < transactions; ++n) {
      EXPECT_TRUE(c->exec("INSERT INTO t (body) VALUES (hex(randomblob(4000)))"));
      ends_.push_back(directory_.read("x.db-wal").size());
    }
    database_ = directory_.read("x.db");
    log_ = directory_.read("x.db-wal");
  }

  static WalVerdict scan(const std::string& log) { return scan_wal(std::as_bytes(std::span{log})); }

  Result<WalVerdict> prepare(const std::string& log) {
    directory_.write("y.db", database_);
    directory_.write("y.db-wal", log);
    return prepare_wal(directory_.path() / "y.db");
  }

  std::string rows() {
    ChecksumVfs vfs;
    auto c = Connection::open(directory_.path() / "y.db", {.vfs = vfs.name()});
    EXPECT_TRUE(c.ok());
    auto count = c->prepare("SELECT count(*) FROM t");
    EXPECT_TRUE(*count->step());
    return std::string{count->text(0)};
  }

  std::string flipped(std::size_t at) const {
    std::string log = log_;
    log.at(at) = static_cast<char>(log.at(at) ^ 1);
    return log;
  }

  std::size_t end_of(int transaction) const {
    return ends_.at(static_cast<std::size_t>(transaction));
  }

  static constexpr int transactions = 10;
  TemporaryDirectory directory_;
  std::vector<std::size_t> ends_;
  std::string database_;
  std::string log_;
};

TEST_F(WalScanTest, finds_whole_transactions_clean) {
  const WalVerdict verdict = scan(log_);
  EXPECT_EQ(verdict.state, WalState::clean);
  EXPECT_EQ(static_cast<std::size_t>(verdict.sound_bytes), log_.size());
  EXPECT_EQ(scan_wal(directory_.path() / "none")->state, WalState::clean);
  EXPECT_EQ(prepare(log_)->sound_bytes, verdict.sound_bytes);
  EXPECT_EQ(scan("").state, WalState::clean);
}

TEST_F(WalScanTest, calls_damage_in_the_last_transaction_a_torn_tail) {
  for (std::size_t at = end_of(8); at < log_.size(); at += 37) {
    const WalVerdict verdict = scan(flipped(at));
    ASSERT_EQ(verdict.state, WalState::torn_tail) << at;
    ASSERT_EQ(static_cast<std::size_t>(verdict.sound_bytes), end_of(8)) << at;
  }
}

TEST_F(WalScanTest, calls_damage_before_a_committed_transaction_corrupt_and_names_the_frame) {
  for (std::size_t at = wal_header_bytes; at < end_of(8); at += 37) {
    const WalVerdict verdict = scan(flipped(at));
    ASSERT_EQ(verdict.state, WalState::corrupt) << at;
    ASSERT_EQ(verdict.bad_frame, (at - wal_header_bytes) / frame_bytes + 1);
  }
  const auto refused = prepare(flipped(end_of(3)));
  EXPECT_EQ(refused.code(), ErrorCode::internal);
  EXPECT_THAT(refused.error().detail, HasSubstr("y.db-wal is damaged: frame"));
  EXPECT_FALSE(refused.error().hint.empty());
}

TEST_F(WalScanTest, calls_a_damaged_header_over_frames_corrupt) {
  for (std::size_t at = 0; at < wal_header_bytes; ++at) {
    EXPECT_EQ(scan(flipped(at)).state, WalState::corrupt) << at;
  }
  EXPECT_EQ(scan(flipped(3).substr(0, wal_header_bytes)).state, WalState::torn_tail);
  EXPECT_EQ(scan(log_.substr(0, 20)).state, WalState::torn_tail);
}

TEST_F(WalScanTest, sees_zeroes_in_the_middle_as_damage) {
  std::string log = log_;
  log.replace(static_cast<std::size_t>(frame_offset(4)), frame_bytes, frame_bytes, '\0');
  const WalVerdict verdict = scan(log);
  EXPECT_EQ(verdict.state, WalState::corrupt);
  EXPECT_EQ(verdict.bad_frame, 4u);
}

TEST_F(WalScanTest, cuts_a_torn_tail_after_the_last_whole_transaction) {
  for (const std::size_t size : {log_.size() - 1, log_.size() - 4000, end_of(8) + 30}) {
    auto verdict = prepare(log_.substr(0, size));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->state, WalState::torn_tail);
    EXPECT_EQ(directory_.read("y.db-wal"), log_.substr(0, end_of(8)));
    EXPECT_EQ(rows(), "9");
  }
}

TEST_F(WalScanTest, leaves_a_clean_log_byte_for_byte) {
  ASSERT_TRUE(prepare(log_));
  EXPECT_EQ(directory_.read("y.db-wal"), log_);
  EXPECT_EQ(rows(), "10");
}

// After a reset the log begins anew over the frames of its former life.
TEST_F(WalScanTest, takes_frames_of_an_older_salt_for_the_end) {
  ChecksumVfs vfs;
  auto c = Connection::open(directory_.path() / "z.db", {.vfs = vfs.name()});
  ASSERT_TRUE(c->exec("CREATE TABLE t (body)"));
  for (int n = 0; n < 5; ++n) ASSERT_TRUE(c->exec("INSERT INTO t VALUES (hex(randomblob(9000)))"));
  const auto before = directory_.read("z.db-wal").size();
  ASSERT_TRUE(c->exec("PRAGMA wal_checkpoint"));
  ASSERT_TRUE(c->exec("INSERT INTO t VALUES (1)"));
  ASSERT_TRUE(c->exec("INSERT INTO t VALUES (2)"));
  std::string log = directory_.read("z.db-wal");
  ASSERT_EQ(log.size(), before);
  const WalVerdict verdict = scan(log);
  EXPECT_EQ(verdict.state, WalState::clean);
  EXPECT_EQ(verdict.sound_frames, 2u);
  // A salt that was damaged in the middle does not hide what lies behind it.
  log[static_cast<std::size_t>(frame_offset(1)) + 8] ^= 1;
  EXPECT_EQ(scan(log).state, WalState::torn_tail);
}

// Recovery would mix the older pages of what is left with the newer ones that were copied.
TEST_F(WalScanTest, refuses_a_log_that_lacks_what_the_database_holds) {
  ChecksumVfs vfs;
  auto c = Connection::open(directory_.path() / "z.db", {.vfs = vfs.name()});
  ASSERT_TRUE(c->exec("CREATE TABLE t (body)"));
  for (int n = 0; n < 5; ++n) ASSERT_TRUE(c->exec("INSERT INTO t VALUES (hex(randomblob(9000)))"));
  ASSERT_TRUE(c->exec("PRAGMA wal_checkpoint"));
  const std::string log = directory_.read("z.db-wal");
  directory_.write("y.db-mark", directory_.read("z.db-mark"));
  EXPECT_TRUE(prepare(log));
  for (const std::size_t size : {log.size() - 1, std::size_t{5000}, std::size_t{0}}) {
    const auto refused = prepare(log.substr(0, size));
    EXPECT_EQ(refused.code(), ErrorCode::internal);
    EXPECT_THAT(refused.error().detail, HasSubstr("were copied into y.db before"));
    EXPECT_THAT(refused.error().hint, HasSubstr("remove y.db-mark"));
  }
  // A log that was begun anew owes nothing, and a closed database leaves no mark.
  EXPECT_TRUE(prepare(log_));
  {
    const auto closed = std::move(c);
  }
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "z.db-mark"));
}

}  // namespace
}  // namespace gochat::sqlite

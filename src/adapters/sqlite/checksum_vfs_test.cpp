#include "adapters/sqlite/checksum_vfs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <cstring>
#include <string>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/page_checksum.hpp"
#include "adapters/sqlite/temporary_directory.hpp"
#include "adapters/sqlite/wal_format.hpp"

namespace gochat::sqlite {
namespace {

using ::testing::HasSubstr;

// Fails the chosen acts and lets the rest pass.
class FailingDisk final : public DiskObserver {
 public:
  DiskVerdict before(const DiskEvent& event) override {
    if (armed && event.act == act && event.file == file) return verdict;
    return {};
  }

  bool armed = false;
  DiskFile file = DiskFile::wal;
  DiskAct act = DiskAct::write;
  DiskVerdict verdict{DiskVerdict::Kind::io_error};
};

class ChecksumVfsTest : public ::testing::Test {
 protected:
  Result<Connection> try_open(bool read_only = false) {
    return Connection::open(directory_.path() / name,
                            {.vfs = vfs_.name(), .read_only = read_only, .cache_kib = 64});
  }

  Connection open() {
    auto connection = try_open();
    EXPECT_TRUE(connection.ok()) << connection.error().detail;
    return std::move(*connection);
  }

  static void fill(Connection& c, int rows) {
    EXPECT_TRUE(c.exec("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, body)"));
    auto transaction = c.begin();
    EXPECT_TRUE(transaction.ok());
    auto insert = c.prepare("INSERT INTO t (body) VALUES (?)");
    for (int n = 0; n < rows; ++n) EXPECT_TRUE(insert->run(std::string(700, char('a' + n % 26))));
    EXPECT_TRUE(transaction->commit());
  }

  static std::string answer(Connection& c, std::string_view sql) {
    auto statement = c.prepare(sql);
    if (!statement) return statement.error().detail;
    auto row = statement->step();
    if (!row) return row.error().detail;
    return std::string{statement->text(0)};
  }

  void flip(std::string_view file, std::size_t at) {
    std::string bytes = directory_.read(file);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 0x10);
    directory_.write(file, bytes);
  }

  static constexpr const char* name = "x.db";
  static constexpr const char* wal = "x.db-wal";
  TemporaryDirectory directory_;
  FailingDisk disk_;
  ChecksumVfs vfs_{&disk_};
};

TEST(PageChecksum, depends_on_every_bit_and_on_the_page_number) {
  std::array<std::byte, page_bytes> page{};
  for (std::size_t n = 0; n < page.size(); ++n) page[n] = static_cast<std::byte>(n * 7);
  stamp(page, 3);
  EXPECT_TRUE(is_sound(page, 3));
  EXPECT_FALSE(is_sound(page, 4));
  for (std::size_t bit = 0; bit < 8 * page.size(); ++bit) {
    page[bit / 8] ^= std::byte(1 << bit % 8);
    EXPECT_FALSE(is_sound(page, 3)) << bit;
    page[bit / 8] ^= std::byte(1 << bit % 8);
  }
}

TEST(PageChecksum, calls_a_page_of_zeroes_unsound) {
  const std::array<std::byte, page_bytes> page{};
  EXPECT_FALSE(is_sound(page, 1));
}

TEST_F(ChecksumVfsTest, stamps_every_page_of_the_database) {
  {
    Connection c = open();
    fill(c, 500);
  }
  const std::string bytes = directory_.read(name);
  ASSERT_GT(bytes.size(), 50u * page_bytes);
  for (std::size_t n = 0; n < bytes.size() / page_bytes; ++n) {
    const auto page = std::as_bytes(std::span{bytes}).subspan(n * page_bytes).first<page_bytes>();
    EXPECT_TRUE(is_sound(page, static_cast<std::uint32_t>(n + 1))) << n + 1;
  }
}

// The trap that frames linked by SQLite alone fall into: recovery would drop them without a word.
TEST_F(ChecksumVfsTest, a_log_left_behind_is_recovered_whole) {
  directory_.write("copy.db", "");
  {
    Connection c = open();
    fill(c, 1000);
    // The small cache makes pages spill and change again before the transaction ends.
    ASSERT_TRUE(c.exec("UPDATE t SET body = body || 'z' WHERE id % 3 = 0"));
    ASSERT_TRUE(
        c.exec("BEGIN; DELETE FROM t WHERE id % 5 = 0; SAVEPOINT s; DELETE FROM t;"
               "ROLLBACK TO s; UPDATE t SET body = 'again' WHERE id % 7 = 0; COMMIT"));
    directory_.write("copy.db", directory_.read(name));
    directory_.write("copy.db-wal", directory_.read(wal));
  }
  auto copy = Connection::open(directory_.path() / "copy.db", {.vfs = vfs_.name()});
  ASSERT_TRUE(copy) << copy.error().detail;
  EXPECT_EQ(answer(*copy, "SELECT count(*) FROM t"), "800");
  EXPECT_EQ(answer(*copy, "SELECT count(*) FROM t WHERE body = 'again'"), "114");
  EXPECT_EQ(answer(*copy, "PRAGMA integrity_check"), "ok");
}

TEST_F(ChecksumVfsTest, names_a_damaged_page_of_the_database_and_the_statement) {
  {
    Connection c = open();
    fill(c, 500);
  }
  flip(name, 40 * page_bytes + 1234);
  Connection c = open();
  const std::string said = answer(c, "SELECT sum(length(body)) FROM t");
  EXPECT_THAT(said, HasSubstr("page 41 of the database is damaged"));
  EXPECT_THAT(said, HasSubstr("SELECT sum(length(body)) FROM t"));
  EXPECT_EQ(last_bad_page(c).number, 41u);
  EXPECT_EQ(vfs_.counters().bad_pages, 1u);
  EXPECT_EQ(answer(c, "SELECT count(*) FROM t WHERE id = 1"), "1");
}

TEST_F(ChecksumVfsTest, names_a_page_that_was_cut_off) {
  {
    Connection c = open();
    fill(c, 500);
  }
  const std::string bytes = directory_.read(name);
  directory_.write(name, bytes.substr(0, bytes.size() - page_bytes));
  auto c = try_open();
  const std::string said = c ? answer(*c, "SELECT sum(length(body)) FROM t") : c.error().detail;
  EXPECT_THAT(said, HasSubstr("damaged"));
}

TEST_F(ChecksumVfsTest, names_a_damaged_page_of_the_log) {
  Connection c = open();
  fill(c, 500);
  Connection reader = std::move(*try_open(true));
  // Far behind the frames that the schema needs; under SQLite's feet, as a failing disk would.
  flip(wal, static_cast<std::size_t>(frame_offset(60) + frame_header_bytes + 99));
  EXPECT_THAT(answer(reader, "SELECT sum(length(body)) FROM t"),
              HasSubstr("of the log is damaged"));
  EXPECT_THAT(answer(c, "PRAGMA wal_checkpoint"), HasSubstr("of the log is damaged"));
}

TEST_F(ChecksumVfsTest, refuses_a_file_of_another_layout) {
  ASSERT_TRUE(Connection::open(directory_.path() / name)->exec("CREATE TABLE t (a)"));
  directory_.write("y.db", directory_.read(name));
  {
    std::string bytes = directory_.read(name);
    bytes[20] = 0;
    directory_.write(name, bytes);
  }
  EXPECT_THAT(try_open().error().detail, HasSubstr("not a database of this program"));
  // Written by the plain library, with room for the hash but without the hash.
  auto plain = Connection::open(directory_.path() / "y.db", {.vfs = vfs_.name()});
  EXPECT_FALSE(plain.ok());
}

TEST_F(ChecksumVfsTest, refuses_to_create_a_file_of_another_layout) {
  for (const char* sql : {"CREATE TABLE t (a)", "PRAGMA page_size = 8192; CREATE TABLE t (a)"}) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open_v2((directory_.path() / "z.db").c_str(), &db,
                              SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs_.name().c_str()),
              SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_IOERR) << sql;
    sqlite3_close(db);
  }
}

TEST_F(ChecksumVfsTest, never_maps_the_file) {
  Connection c = open();
  fill(c, 10);
  ASSERT_TRUE(c.exec("PRAGMA mmap_size = 100000000"));
  const auto before = vfs_.counters().pages_checked;
  Connection other = open();
  ASSERT_TRUE(other.exec("PRAGMA mmap_size = 100000000"));
  EXPECT_EQ(answer(other, "SELECT count(*) FROM t"), "10");
  EXPECT_GT(vfs_.counters().pages_checked, before);
}

TEST_F(ChecksumVfsTest, a_full_disk_refuses_the_transaction_and_then_goes_on) {
  Connection c = open();
  fill(c, 100);
  for (const std::size_t kept : {std::size_t{0}, std::size_t{24}, std::size_t{2000}}) {
    disk_.verdict = {DiskVerdict::Kind::no_space, kept};
    disk_.armed = true;
    EXPECT_THAT(answer(c, "DELETE FROM t"), HasSubstr("the disk is full"));
    disk_.armed = false;
    EXPECT_EQ(answer(c, "SELECT count(*) FROM t"), "100");
  }
  ASSERT_TRUE(c.exec("DELETE FROM t WHERE id > 10"));
  EXPECT_EQ(answer(c, "SELECT count(*) FROM t"), "10");
  EXPECT_FALSE(vfs_.broken());
}

TEST_F(ChecksumVfsTest, a_failing_write_or_read_is_an_error_and_then_goes_on) {
  Connection c = open();
  fill(c, 400);
  disk_.armed = true;
  EXPECT_THAT(answer(c, "DELETE FROM t"), HasSubstr("the disk failed"));
  disk_.act = DiskAct::read;
  EXPECT_THAT(answer(c, "SELECT sum(length(body)) FROM t"), HasSubstr("the disk failed"));
  disk_.armed = false;
  EXPECT_EQ(answer(c, "SELECT count(*) FROM t"), "400");
  EXPECT_EQ(answer(c, "PRAGMA integrity_check"), "ok");
}

TEST_F(ChecksumVfsTest, a_failed_sync_is_final) {
  Connection c = open();
  fill(c, 100);
  disk_.act = DiskAct::sync;
  disk_.armed = true;
  EXPECT_THAT(answer(c, "DELETE FROM t"), HasSubstr("a sync did"));
  disk_.armed = false;
  EXPECT_TRUE(vfs_.broken());
  const auto syncs = vfs_.counters().wal_syncs;
  EXPECT_THAT(answer(c, "DELETE FROM t"), HasSubstr("nothing is written before a restart"));
  EXPECT_FALSE(DatabaseSync{c}.run());
  EXPECT_EQ(vfs_.counters().wal_syncs, syncs);
  EXPECT_EQ(answer(c, "SELECT count(*) FROM t"), "100");
}

TEST_F(ChecksumVfsTest, counts_what_it_writes_and_syncs) {
  Connection c = open();
  const DiskCounters before = vfs_.counters();
  fill(c, 10);
  const DiskCounters after = vfs_.counters();
  EXPECT_EQ(after.database_bytes, before.database_bytes);
  EXPECT_EQ((after.wal_bytes - before.wal_bytes - wal_header_bytes) % frame_bytes, 0u);
  EXPECT_GE(after.wal_syncs - before.wal_syncs, 2u);
  ASSERT_TRUE(DatabaseSync{c}.run());
  EXPECT_EQ(vfs_.counters().database_syncs, before.database_syncs + 1);
}

}  // namespace
}  // namespace gochat::sqlite

#include "adapters/sqlite/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include "adapters/sqlite/temporary_directory.hpp"

namespace gochat::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConnectionTest : public ::testing::Test {
 protected:
  Connection open(bool read_only = false) {
    auto connection = Connection::open(directory_.path() / "x.db", {.read_only = read_only});
    EXPECT_TRUE(connection.ok()) << connection.error().detail;
    return std::move(*connection);
  }

  static std::int64_t one_number(Connection& connection, std::string_view sql) {
    auto statement = connection.prepare(sql);
    EXPECT_TRUE(statement.ok()) << statement.error().detail;
    EXPECT_TRUE(*statement->step());
    return statement->int64(0);
  }

  TemporaryDirectory directory_;
};

TEST_F(ConnectionTest, carries_the_pragmas_that_the_store_relies_on) {
  Connection c = open();
  EXPECT_EQ(one_number(c, "PRAGMA synchronous"), 2);
  EXPECT_EQ(one_number(c, "PRAGMA foreign_keys"), 1);
  EXPECT_EQ(one_number(c, "PRAGMA busy_timeout"), 0);
  EXPECT_EQ(one_number(c, "PRAGMA trusted_schema"), 0);
  EXPECT_EQ(one_number(c, "PRAGMA wal_autocheckpoint"), 0);
  EXPECT_EQ(one_number(c, "PRAGMA temp_store"), 2);
  EXPECT_EQ(one_number(c, "PRAGMA page_size"), page_bytes);
}

TEST_F(ConnectionTest, gives_back_what_was_bound) {
  Connection c = open();
  ASSERT_TRUE(c.exec("CREATE TABLE t (a, b, c, d, e)"));
  const std::array bytes{std::byte{0}, std::byte{255}, std::byte{7}};
  auto insert = c.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
  ASSERT_TRUE(insert);
  ASSERT_TRUE(insert->run(~std::uint64_t{0}, std::string{"a\0b", 3}, Blob{bytes}, nullptr,
                          std::optional<std::string_view>{}));
  ASSERT_TRUE(insert->run(-5, "", Blob{}, std::optional<int>{4}, true));

  auto select = c.prepare("SELECT * FROM t ORDER BY rowid");
  ASSERT_TRUE(select);
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(select->uint64(0), ~std::uint64_t{0});
  EXPECT_EQ(select->text(1), (std::string_view{"a\0b", 3}));
  EXPECT_THAT(select->blob(2), ElementsAre(std::byte{0}, std::byte{255}, std::byte{7}));
  EXPECT_TRUE(select->is_null(3));
  EXPECT_TRUE(select->is_null(4));
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(select->int64(0), -5);
  EXPECT_FALSE(select->is_null(1));
  EXPECT_FALSE(select->is_null(2));
  EXPECT_EQ(select->int64(3), 4);
  EXPECT_EQ(select->int64(4), 1);
  EXPECT_FALSE(*select->step());
}

TEST_F(ConnectionTest, bind_outlives_its_arguments) {
  Connection c = open();
  auto select = c.prepare("SELECT ? || ?");
  ASSERT_TRUE(select);
  ASSERT_TRUE(select->bind(std::string(100, 'x'), std::string{"y"}));
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(select->text(0), std::string(100, 'x') + "y");
}

TEST_F(ConnectionTest, lends_one_statement_per_user_and_takes_it_back_reset) {
  Connection c = open();
  ASSERT_TRUE(c.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)"));
  {
    auto outer = c.prepare("SELECT a FROM t ORDER BY a");
    ASSERT_TRUE(*outer->step());
    auto inner = c.prepare("SELECT a FROM t ORDER BY a");
    ASSERT_TRUE(*inner->step());
    ASSERT_TRUE(*outer->step());
    EXPECT_EQ(outer->int64(0), 2);
    EXPECT_EQ(inner->int64(0), 1);
  }
  auto again = c.prepare("SELECT a FROM t ORDER BY a");
  ASSERT_TRUE(*again->step());
  EXPECT_EQ(again->int64(0), 1);
}

TEST_F(ConnectionTest, goes_on_when_more_texts_are_prepared_than_it_keeps) {
  Connection c = open();
  for (std::size_t n = 0; n < cached_statements_max + 10; ++n) {
    EXPECT_EQ(one_number(c, "SELECT " + std::to_string(n)), static_cast<std::int64_t>(n));
  }
}

TEST_F(ConnectionTest, a_transaction_that_is_not_committed_leaves_nothing) {
  Connection c = open();
  ASSERT_TRUE(c.exec("CREATE TABLE t (a)"));
  {
    auto transaction = c.begin();
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(c.exec("INSERT INTO t VALUES (1)"));
  }
  EXPECT_EQ(one_number(c, "SELECT count(*) FROM t"), 0);
  {
    auto transaction = c.begin();
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(c.exec("INSERT INTO t VALUES (1)"));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(one_number(c, "SELECT count(*) FROM t"), 1);
  EXPECT_FALSE(c.in_transaction());
}

TEST_F(ConnectionTest, a_reader_sees_the_state_of_the_moment_it_began) {
  Connection writer = open();
  ASSERT_TRUE(writer.exec("CREATE TABLE t (a)"));
  Connection reader = open(true);
  auto snapshot = reader.begin_read();
  ASSERT_TRUE(snapshot);
  ASSERT_TRUE(writer.exec("INSERT INTO t VALUES (1)"));
  EXPECT_EQ(one_number(reader, "SELECT count(*) FROM t"), 0);
  snapshot->rollback();
  EXPECT_EQ(one_number(reader, "SELECT count(*) FROM t"), 1);
}

TEST_F(ConnectionTest, a_reader_cannot_write_and_does_not_create_a_file) {
  EXPECT_EQ(Connection::open(directory_.path() / "none.db", {.read_only = true}).code(),
            ErrorCode::unavailable);
  Connection writer = open();
  ASSERT_TRUE(writer.exec("CREATE TABLE t (a)"));
  Connection reader = open(true);
  auto refused = reader.exec("INSERT INTO t VALUES (1)");
  EXPECT_EQ(refused.code(), ErrorCode::unavailable);
  EXPECT_THAT(refused.error().detail, HasSubstr("read-only"));
}

TEST_F(ConnectionTest, says_what_went_wrong_and_in_which_statement) {
  Connection c = open();
  ASSERT_TRUE(c.exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b NOT NULL)"));
  auto insert = c.prepare("INSERT INTO t VALUES (?, ?)");
  ASSERT_TRUE(insert->run(1, "x"));
  auto twice = insert->run(1, "y");
  EXPECT_EQ(twice.code(), ErrorCode::conflict);
  EXPECT_THAT(twice.error().detail, HasSubstr("INSERT INTO t VALUES (?, ?)"));
  EXPECT_THAT(twice.error().detail, HasSubstr("t.a"));
  EXPECT_TRUE(insert->run(2, "z"));

  auto busy = c.begin();
  ASSERT_TRUE(busy);
  Connection other = open();
  auto locked = other.begin();
  EXPECT_EQ(locked.code(), ErrorCode::unavailable);
  EXPECT_THAT(locked.error().detail, HasSubstr("lock"));
}

TEST_F(ConnectionTest, refuses_what_is_not_a_database) {
  directory_.write("x.db", std::string(8192, 'n'));
  auto refused = Connection::open(directory_.path() / "x.db");
  EXPECT_EQ(refused.code(), ErrorCode::internal);
  EXPECT_THAT(refused.error().detail, HasSubstr("not a database"));
}

TEST_F(ConnectionTest, a_full_disk_is_unavailable_and_the_connection_lives_on) {
  Connection c = open();
  ASSERT_TRUE(c.exec("CREATE TABLE t (a); PRAGMA max_page_count = 20"));
  auto insert = c.prepare("INSERT INTO t VALUES (?)");
  Result<void> last;
  for (int n = 0; n < 100 && last; ++n) last = insert->run(std::string(4000, 'x'));
  EXPECT_EQ(last.code(), ErrorCode::unavailable);
  EXPECT_THAT(last.error().detail, HasSubstr("disk is full"));
  EXPECT_TRUE(c.exec("DELETE FROM t"));
}

}  // namespace
}  // namespace gochat::sqlite

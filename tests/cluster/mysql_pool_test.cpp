// Connections, leases and transactions, on the real server.
#include <gmock/gmock.h>

#include "adapters/mysql/transaction.hpp"
#include "async/gather.hpp"
#include "cluster/mysql_pool_fixture.hpp"

namespace gochat::cluster {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST_F(MysqlPool, speaks_in_strict_utc_and_reads_what_is_committed) {
  EXPECT_EQ(text("SELECT @@SESSION.time_zone"), "+00:00");
  EXPECT_THAT(text("SELECT @@SESSION.sql_mode"), HasSubstr("STRICT_ALL_TABLES"));
  EXPECT_EQ(text("SELECT @@SESSION.tx_isolation"), "READ-COMMITTED");
  EXPECT_EQ(text("SELECT @@SESSION.character_set_client"), "utf8mb4");
  EXPECT_EQ(on_->ask("SELECT @@SESSION.innodb_lock_wait_timeout")[0].int64(0), 2);
}

TEST_F(MysqlPool, carries_every_kind_of_value_there_and_back) {
  const std::string odd = std::string("a\0b", 3) + "\xf0\x9f\x98\x80'\\";
  on_->ask("CREATE TABLE t (a BIGINT, b BIGINT UNSIGNED, c TEXT, d VARBINARY(64), e INT)");
  auto written =
      on_->run(pool().write("INSERT INTO t VALUES (?, ?, ?, ?, ?)",
                            {INT64_MIN, UINT64_MAX, odd, mysql::Bytes{odd}, nullptr}, soon()));
  ASSERT_TRUE(written);
  EXPECT_EQ(written->affected(), 1U);
  auto rows =
      on_->run(pool().read("SELECT a, b, c, d, e FROM t WHERE d = ?", {mysql::Bytes{odd}}, soon()));
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1U);
  const mysql::Row row = (*rows)[0];
  EXPECT_EQ(row.int64(0), INT64_MIN);
  EXPECT_EQ(row.uint64(1), UINT64_MAX);
  EXPECT_EQ(row.text(2), odd);
  EXPECT_EQ(row.text(3), odd);
  EXPECT_TRUE(row.is_null(4));
}

TEST_F(MysqlPool, prepares_a_statement_once_and_forgets_the_oldest) {
  mysql::ConnectionLimits connections;
  connections.statements_max = 2;
  use(connections, {});
  auto held = lease();
  for (int round = 0; round < 3; ++round) {
    for (const mysql::Sql sql : {mysql::Sql{"SELECT 1"}, mysql::Sql{"SELECT 2"},
                                 mysql::Sql{"SELECT 3"}, mysql::Sql{"SELECT 3"}}) {
      ASSERT_TRUE(on_->run(held->run(sql, {}, soon())));
    }
  }
  auto prepared = on_->run(held->run_text("SHOW SESSION STATUS LIKE 'Com_stmt_prepare'", soon()));
  EXPECT_EQ((*prepared)[0].text(1), "9");
  auto open = on_->run(held->run_text("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'", soon()));
  EXPECT_EQ((*open)[0].text(1), "2");
}

TEST_F(MysqlPool, lends_a_connection_again_after_it_came_back) {
  const auto id = lease()->id();
  EXPECT_EQ(lease()->id(), id);
  EXPECT_EQ(pool().counts().opened.value(), 1U);
}

TEST_F(MysqlPool, lets_callers_wait_for_their_turn) {
  mysql::PoolLimits limits;
  limits.connections_max = 1;
  use({}, limits);
  std::optional<mysql::Lease> held = lease();
  bool got = false;
  auto wait = [](mysql::Pool* pool, Deadline deadline, bool* done) -> Task<> {
    *done = (co_await pool->lease(deadline)).ok();
  };
  on_->loop().start(wait(&pool(), soon(), &got));
  on_->loop().run_until([&] { return pool().figures().waiting == 1; }, "a caller that waits");
  EXPECT_FALSE(got);
  held.reset();
  on_->loop().run_until([&] { return got; }, "the caller that waited");
  EXPECT_EQ(pool().counts().opened.value(), 1U);
}

TEST_F(MysqlPool, refuses_who_waited_too_long_and_who_would_wait_behind_too_many) {
  mysql::PoolLimits limits;
  limits.connections_max = 1;
  limits.waiting_max = 1;
  limits.wait_max = 50ms;
  use({}, limits);
  const auto held = lease();
  std::vector<Task<Result<mysql::Lease>>> asked;
  asked.push_back(pool().lease(soon()));
  asked.push_back(pool().lease(soon()));
  for (const auto& lease : on_->run(gather(std::move(asked)))) {
    EXPECT_EQ(lease.code(), ErrorCode::unavailable);
  }
  EXPECT_EQ(pool().counts().refused.value(), 2U);
  EXPECT_EQ(pool().figures().waiting, 0U);
}

TEST_F(MysqlPool, rolls_back_what_a_lease_left_open) {
  on_->ask("CREATE TABLE t (a INT)");
  {
    auto held = lease();
    ASSERT_TRUE(on_->run(held->begin(soon())));
    ASSERT_TRUE(on_->run(held->run("INSERT INTO t VALUES (1)", {}, soon())));
  }
  on_->loop().run_until([&] { return pool().figures().idle == 1; }, "the connection, clean");
  EXPECT_TRUE(on_->ask("SELECT * FROM t").empty());
}

TEST_F(MysqlPool, lends_no_connection_that_the_server_closed_meanwhile) {
  const auto id = lease()->id();
  kill(id);
  auto held = lease();
  EXPECT_NE(held->id(), id);
  EXPECT_TRUE(on_->run(held->run("SELECT 1", {}, soon())));
}

TEST_F(MysqlPool, asks_an_idle_connection_before_it_lends_it) {
  mysql::PoolLimits limits;
  limits.ping_after = 0ms;
  use({}, limits);
  const auto id = lease()->id();
  EXPECT_EQ(lease()->id(), id);
  EXPECT_EQ(pool().counts().lost.value(), 0U);
}

TEST_F(MysqlPool, drops_the_connection_of_a_statement_that_takes_too_long) {
  auto held = lease();
  const auto slow = on_->run(held->run("SELECT SLEEP(60)", {}, on_->loop().timers().now() + 50ms));
  EXPECT_EQ(slow.code(), ErrorCode::timeout);
  EXPECT_EQ(held->failure(), mysql::Failure::deadline);
  EXPECT_TRUE(held->broken());
  EXPECT_EQ(pool().counts().lost.value(), 1U);
}

TEST_F(MysqlPool, tells_slow_statements) {
  mysql::ConnectionLimits connections;
  connections.slow_after = 1ms;
  use(connections, {});
  ASSERT_TRUE(on_->run(pool().read("SELECT SLEEP(0.01)", {}, soon())));
  EXPECT_GE(pool().counts().slow_statements.value(), 1U);
}

TEST_F(MysqlPool, names_the_key_that_is_taken_and_no_value) {
  on_->ask("CREATE TABLE t (a VARCHAR(20), UNIQUE KEY of_a (a))");
  on_->ask("INSERT INTO t VALUES ('secret')");
  auto held = lease();
  const auto again = on_->run(held->run("INSERT INTO t VALUES (?)", {"secret"}, soon()));
  EXPECT_EQ(again.code(), ErrorCode::conflict);
  EXPECT_EQ(held->failure(), mysql::Failure::duplicate);
  EXPECT_EQ(held->duplicate_key(), "of_a");
  EXPECT_THAT(again.error().detail, ::testing::Not(HasSubstr("secret")));
}

TEST_F(MysqlPool, is_unavailable_while_there_is_no_server_and_asks_only_now_and_then) {
  mysql::ServerOptions nowhere = server();
  nowhere.port = 1;
  mysql::PoolLimits limits;
  limits.reconnect_first = limits.reconnect_last = 1h;
  PoolOnLoop on{nowhere, {}, limits};
  for (int n = 0; n < 3; ++n) {
    const auto lease = on.run(on.pool().lease(on.loop().soon()));
    EXPECT_EQ(lease.code(), ErrorCode::unavailable);
    EXPECT_THAT(lease.error().detail, HasSubstr("127.0.0.1:1: "));
  }
  EXPECT_EQ(on.pool().counts().not_opened.value(), 1U);
}

TEST_F(MysqlPool, is_unavailable_with_a_wrong_password) {
  mysql::ServerOptions wrong = server();
  wrong.user = "nobody";
  wrong.password = "guessed";
  PoolOnLoop on{wrong};
  EXPECT_EQ(on.run(on.pool().lease(on.loop().soon())).code(), ErrorCode::unavailable);
}

TEST_F(MysqlPool, speaks_tls_or_not_at_all_where_it_is_asked_for) {
  mysql::ServerOptions secret = server();
  secret.tls.emplace();
  PoolOnLoop on{secret};
  EXPECT_EQ(on.run(on.pool().lease(on.loop().soon())).code(), ErrorCode::unavailable);
}

// Two transactions that take the same rows in opposite order.
struct Crossing {
  mysql::Pool* pool;
  std::shared_ptr<int> started = std::make_shared<int>(0);

  Task<Result<int>> take(mysql::Connection* connection, int first, int second, Deadline deadline) {
    auto one = co_await connection->run("UPDATE t SET n = n + 1 WHERE a = ?", {first}, deadline);
    if (!one) co_return std::move(one).error();
    ++*started;
    while (*started < 2) co_await pool->timers().sleep(1ms);
    auto two = co_await connection->run("UPDATE t SET n = n + 1 WHERE a = ?", {second}, deadline);
    if (!two) co_return std::move(two).error();
    co_return *started;
  }
  Task<Result<int>> run(int first, int second, Deadline deadline) {
    return mysql::in_transaction(*pool, deadline,
                                 [this, first, second, deadline](mysql::Connection& connection) {
                                   return take(&connection, first, second, deadline);
                                 });
  }
};

TEST_F(MysqlPool, begins_a_transaction_anew_that_lost_a_deadlock) {
  on_->ask("CREATE TABLE t (a INT PRIMARY KEY, n INT)");
  on_->ask("INSERT INTO t VALUES (1, 0), (2, 0)");
  Crossing crossing{&pool()};
  std::vector<Task<Result<int>>> both;
  both.push_back(crossing.run(1, 2, soon()));
  both.push_back(crossing.run(2, 1, soon()));
  for (const auto& outcome : on_->run(gather(std::move(both)))) EXPECT_TRUE(outcome);
  EXPECT_EQ(on_->ask("SELECT n FROM t WHERE a = 1")[0].int64(0), 2);
  EXPECT_EQ(on_->ask("SELECT n FROM t WHERE a = 2")[0].int64(0), 2);
  EXPECT_GE(pool().counts().deadlocks.value(), 1U);
}

}  // namespace
}  // namespace gochat::cluster

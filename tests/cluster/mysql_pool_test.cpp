// Connections, leases, transactions and migrations, on the real server.
#include <gmock/gmock.h>

#include "adapters/mysql/migrations.hpp"
#include "adapters/mysql/transaction.hpp"
#include "async/gather.hpp"
#include "cluster/mysql_database.hpp"

namespace gochat::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class MysqlServer : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!mysql_server()) GTEST_SKIP() << "GOCHAT_TEST_MARIADB is not set";
    database_ = std::make_unique<BareDatabase>();
  }
  const mysql::ServerOptions& server() { return database_->server(); }

  std::unique_ptr<BareDatabase> database_;
};

class MysqlPool : public MysqlServer {
 protected:
  void SetUp() override {
    MysqlServer::SetUp();
    if (database_) use({}, {});
  }
  void use(mysql::ConnectionLimits connections, mysql::PoolLimits limits) {
    on_.reset();
    on_ = std::make_unique<PoolOnLoop>(server(), connections, limits);
  }
  mysql::Pool& pool() { return on_->pool(); }
  Deadline soon() { return on_->loop().soon(); }
  mysql::Lease lease() {
    auto lease = on_->run(pool().lease(soon()));
    if (!lease) throw std::runtime_error{lease.error().detail};
    return *std::move(lease);
  }
  std::string text(const std::string& sql) { return std::string{on_->ask(sql)[0].text(0)}; }
  // As an operator or a failing network does.
  void kill(std::uint32_t id) {
    PoolOnLoop other{server()};
    other.ask("KILL " + std::to_string(id));
  }

  std::unique_ptr<PoolOnLoop> on_;
};

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
  secret.tls = true;
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

class MysqlMigrations : public MysqlPool {
 protected:
  template <class T>
  Result<T> with(Task<Result<T>> (*verb)(mysql::Connection*, mysql::MigrationOrder, Deadline),
                 mysql::MigrationOrder order) {
    auto held = lease();
    return on_->run(verb(&*held, std::move(order), soon()));
  }
  Result<std::vector<std::string>> migrate(mysql::MigrationOrder order) {
    return with(&mysql::migrate, std::move(order));
  }
  Result<mysql::Identity> check(mysql::MigrationOrder order) {
    return with(&mysql::check_schema, std::move(order));
  }
  static mysql::MigrationOrder order() {
    mysql::MigrationOrder order;
    order.identity = {77, "tests"};
    order.now = wall_time(1'750'000'000'000);
    return order;
  }
};

TEST_F(MysqlMigrations, makes_the_tables_once) {
  const auto first = migrate(order());
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size(), mysql::schema_steps().size());
  mysql::MigrationOrder later = order();
  later.identity.epoch = 78;
  const auto second = migrate(later);
  ASSERT_TRUE(second);
  EXPECT_THAT(*second, IsEmpty());
  const auto identity = check(order());
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->epoch, 77U);
}

TEST_F(MysqlMigrations, says_which_migration_a_database_lacks) {
  const auto none = check(order());
  EXPECT_EQ(none.code(), ErrorCode::conflict);
  EXPECT_THAT(none.error().detail, HasSubstr("lacks migration 1 (people)"));
  mysql::MigrationOrder older = order();
  older.steps = older.steps.first(1);
  ASSERT_TRUE(migrate(older));
  const auto some = check(order());
  EXPECT_THAT(some.error().detail, HasSubstr("lacks migration 2 (conversations)"));
  EXPECT_THAT(some.error().hint, HasSubstr("gochat migrate up"));
}

TEST_F(MysqlMigrations, refuses_a_database_of_a_newer_program) {
  ASSERT_TRUE(migrate(order()));
  mysql::MigrationOrder older = order();
  older.steps = older.steps.first(1);
  EXPECT_THAT(check(older).error().detail, HasSubstr("has migration 2, this program knows 1"));
  EXPECT_EQ(migrate(older).code(), ErrorCode::conflict);
}

TEST_F(MysqlMigrations, refuses_a_database_that_was_made_otherwise) {
  ASSERT_TRUE(migrate(order()));
  on_->ask("UPDATE schema_migrations SET checksum = checksum + 1 WHERE version = 2");
  EXPECT_THAT(check(order()).error().detail, HasSubstr("migration 2 (conversations)"));
  EXPECT_EQ(migrate(order()).code(), ErrorCode::conflict);
}

TEST_F(MysqlMigrations, refuses_a_database_of_another_environment) {
  ASSERT_TRUE(migrate(order()));
  mysql::MigrationOrder other = order();
  other.identity.environment = "production";
  EXPECT_THAT(check(other).error().detail, HasSubstr("belongs to the environment \"tests\""));
  EXPECT_EQ(migrate(other).code(), ErrorCode::conflict);
}

// Before the first statement of a step, in its midst, and before it was noted.
TEST_F(MysqlMigrations, goes_on_where_it_was_interrupted) {
  const auto all = mysql::schema_steps();
  for (const std::size_t done : {std::size_t{0}, std::size_t{3}, all[1].statements.size()}) {
    on_->ask("DROP DATABASE " + server().database);
    on_->ask("CREATE DATABASE " + server().database + " COLLATE utf8mb4_bin");
    use({}, {});
    mysql::MigrationOrder first = order();
    first.steps = all.first(1);
    ASSERT_TRUE(migrate(first));
    for (const std::string_view statement : all[1].statements.first(done)) {
      on_->ask(std::string{statement});
    }
    const auto rest = migrate(order());
    ASSERT_TRUE(rest) << rest.error().detail;
    EXPECT_THAT(*rest, ElementsAre("conversations"));
    ASSERT_TRUE(check(order()));
  }
}

TEST_F(MysqlMigrations, waits_for_another_process_that_migrates) {
  auto first = lease();
  auto second = lease();
  std::vector<Task<Result<std::vector<std::string>>>> both;
  both.push_back(mysql::migrate(&*first, order(), soon()));
  both.push_back(mysql::migrate(&*second, order(), soon()));
  std::size_t ran = 0;
  for (const auto& outcome : on_->run(gather(std::move(both)))) {
    ASSERT_TRUE(outcome) << outcome.error().detail;
    ran += outcome->size();
  }
  EXPECT_EQ(ran, mysql::schema_steps().size());
}

}  // namespace
}  // namespace gochat::cluster

// The tables are made, once, by one process at a time, and a database of somebody else is left
// alone.
#include <gmock/gmock.h>

#include "adapters/mysql/migrations.hpp"
#include "async/gather.hpp"
#include "cluster/mysql_pool_fixture.hpp"

namespace gochat::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

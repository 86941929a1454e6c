// The tables as the server has them: types, lengths, and how columns are compared.
#include <gmock/gmock.h>

#include <map>

#include "cluster/mysql_database.hpp"
#include "domain/limits.hpp"

namespace gochat::cluster {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

class MysqlSchema : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!mysql_server()) GTEST_SKIP() << "GOCHAT_TEST_MARIADB is not set";
    database_ = std::make_unique<MysqlDatabase>();
    on_ = std::make_unique<PoolOnLoop>(database_->server());
  }
  // "table.column" of those of which this holds.
  std::vector<std::string> columns(const std::string& condition) {
    return texts(
        "SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND table_name <> 'schema_migrations' AND (" +
        condition + ") ORDER BY table_name, column_name");
  }
  std::string type(const std::string& table, const std::string& column) {
    const auto types = texts(
        "SELECT LOWER(column_type) FROM information_schema.columns WHERE table_schema = DATABASE() "
        "AND table_name = '" +
        table + "' AND column_name = '" + column + "'");
    return types.empty() ? "(none)" : types.front();
  }
  std::vector<std::string> texts(const std::string& sql) {
    std::vector<std::string> texts;
    for (const mysql::Row row : on_->ask(sql)) texts.emplace_back(row.text(0));
    return texts;
  }

  std::unique_ptr<MysqlDatabase> database_;
  std::unique_ptr<PoolOnLoop> on_;
};

std::string varchar(std::size_t code_points) {
  return "varchar(" + std::to_string(code_points) + ")";
}
std::string varbinary(std::size_t bytes) { return "varbinary(" + std::to_string(bytes) + ")"; }

TEST_F(MysqlSchema, takes_every_text_that_the_rules_let_pass) {
  EXPECT_EQ(type("users", "username"), varchar(50));
  EXPECT_EQ(type("users", "nickname"), varchar(limits::nickname_code_points_max));
  EXPECT_EQ(type("users", "nickname_key"), varbinary(4 * limits::nickname_code_points_max));
  EXPECT_EQ(type("users", "email"), varbinary(limits::email_bytes_max));
  EXPECT_EQ(type("users", "password_hash"), varchar(255));
  EXPECT_EQ(type("users", "avatar_url"), varchar(limits::url_bytes_max));
  EXPECT_EQ(type("groups", "name"), varchar(limits::group_name_code_points_max));
  EXPECT_EQ(type("groups", "description"), varchar(limits::description_code_points_max));
  EXPECT_EQ(type("groups", "avatar_url"), varchar(limits::url_bytes_max));
  EXPECT_EQ(type("conversations", "id"), varbinary(limits::conversation_id_bytes_max));
  EXPECT_EQ(type("messages", "conversation_id"), varbinary(limits::conversation_id_bytes_max));
  EXPECT_EQ(type("messages", "client_msg_id"), varbinary(limits::client_msg_id_bytes_max));
  constexpr std::size_t text_bytes_max = 65'535;
  static_assert(limits::content_bytes_max <= text_bytes_max);
  EXPECT_EQ(type("messages", "content"), "text");
}

// For tools that write rows by hand: we name every column.
TEST_F(MysqlSchema, has_the_defaults_of_the_product) {
  const std::map<std::string, std::string> defaults{
      {"users.nickname", ""},        {"users.avatar_url", ""},       {"groups.member_count", "0"},
      {"groups.max_members", "200"}, {"group_members.role", "1"},    {"messages.message_type", "1"},
      {"messages.status", "0"},      {"conversations.last_seq", "0"}};
  // MariaDB quotes a default that is a text, MySQL does not.
  for (const auto& [column, value] : defaults) {
    EXPECT_THAT(columns("CONCAT(table_name, '.', column_name) = '" + column +
                        "' AND TRIM(BOTH '\\'' FROM column_default) = '" + value + "'"),
                ElementsAreArray({column}));
  }
}

// A collation that folds case or accents would take two names or two client ids for one.
TEST_F(MysqlSchema, compares_texts_to_the_last_byte) {
  EXPECT_THAT(columns("collation_name IS NOT NULL AND collation_name <> 'utf8mb4_bin'"), IsEmpty());
}

// What pads the shorter one with spaces would not tell "a" from "a ".
TEST_F(MysqlSchema, keeps_as_bytes_what_makes_rows_one_of_a_kind) {
  EXPECT_THAT(columns("data_type IN ('char', 'varchar', 'text') AND EXISTS (SELECT 1 FROM "
                      "information_schema.statistics s WHERE s.table_schema = columns.table_schema "
                      "AND s.table_name = columns.table_name AND s.column_name = "
                      "columns.column_name AND s.non_unique = 0)"),
              IsEmpty());
}

TEST_F(MysqlSchema, counts_without_a_sign_and_to_the_end_of_64_bits) {
  const std::string numbers =
      "column_name REGEXP '(_seq|seq_id|event_no|_version|^version|^epoch|^fence|_hash)$' AND "
      "data_type <> 'varchar'";
  EXPECT_THAT(columns(numbers + " AND column_type NOT LIKE '%unsigned'"), IsEmpty());
  EXPECT_THAT(columns(numbers + " AND data_type <> 'bigint'"),
              ElementsAreArray({"users.password_version"}));
  EXPECT_THAT(columns("column_name REGEXP '_count$|^max_members$' AND column_type NOT LIKE "
                      "'int%unsigned'"),
              IsEmpty());
}

// TIMESTAMP ends in 2038 and moves with the zone of a session.
TEST_F(MysqlSchema, keeps_times_as_milliseconds) {
  EXPECT_THAT(columns("data_type IN ('timestamp', 'datetime', 'date', 'time')"), IsEmpty());
  EXPECT_THAT(columns("column_name REGEXP '(_at|_until|^at)$' AND data_type <> 'bigint'"),
              IsEmpty());
}

}  // namespace
}  // namespace gochat::cluster

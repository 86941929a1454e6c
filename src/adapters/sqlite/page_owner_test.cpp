#include "adapters/sqlite/page_owner.hpp"

#include <gtest/gtest.h>

#include <string>

#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/temporary_directory.hpp"

namespace gochat::sqlite {
namespace {

class PageOwnerTest : public ::testing::Test {
 protected:
  Connection open() {
    auto connection = Connection::open(directory_.path() / "x.db", {.vfs = vfs_.name()});
    EXPECT_TRUE(connection.ok()) << connection.error().detail;
    return std::move(*connection);
  }

  void create() {
    Connection c = open();
    ASSERT_TRUE(
        c.exec("CREATE TABLE letters (id INTEGER PRIMARY KEY, body);"
               "CREATE INDEX by_body ON letters (body);"
               "WITH n AS (SELECT 1 AS k UNION ALL SELECT k + 1 FROM n WHERE k < 200) "
               "INSERT INTO letters (body) SELECT randomblob(300) FROM n"));
  }

  static std::uint32_t page_of(Connection& c, const char* tree) {
    auto statement = c.prepare("SELECT max(pageno) FROM dbstat WHERE name = ?");
    EXPECT_TRUE(statement->bind(tree));
    EXPECT_TRUE(*statement->step());
    return static_cast<std::uint32_t>(statement->uint64(0));
  }

  TemporaryDirectory directory_;
  ChecksumVfs vfs_;
};

TEST_F(PageOwnerTest, names_the_table_or_index_of_a_page) {
  create();
  Connection c = open();
  for (const char* tree : {"letters", "by_body"}) {
    EXPECT_EQ(owner_of_page(c, page_of(c, tree)).value(), tree);
  }
  EXPECT_EQ(owner_of_page(c, 1).value(), "sqlite_schema");
  EXPECT_EQ(owner_of_page(c, 100'000).value(), "");
}

TEST_F(PageOwnerTest, names_the_owner_of_a_damaged_page) {
  create();
  for (const char* tree : {"letters", "by_body"}) {
    std::uint32_t page = 0;
    {
      Connection c = open();
      page = page_of(c, tree);
    }
    const std::string sound = directory_.read("x.db");
    std::string bytes = sound;
    bytes[(page - 1) * page_bytes + 500] ^= 1;
    directory_.write("x.db", bytes);
    Connection c = open();
    EXPECT_EQ(owner_of_page(c, page).value(), tree);
    directory_.write("x.db", sound);
  }
}

}  // namespace
}  // namespace gochat::sqlite

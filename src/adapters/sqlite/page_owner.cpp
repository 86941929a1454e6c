#include "adapters/sqlite/page_owner.hpp"

#include <vector>

#include "adapters/sqlite/checksum_vfs.hpp"

namespace gochat::sqlite {
namespace {

Result<std::vector<std::string>> trees(Connection& connection) {
  auto statement = connection.prepare(
      "SELECT 'sqlite_schema' UNION ALL SELECT name FROM sqlite_schema WHERE rootpage > 0");
  if (!statement) return std::move(statement).error();
  std::vector<std::string> names;
  for (;;) {
    auto row = statement->step();
    if (!row) return std::move(row).error();
    if (!*row) return names;
    names.emplace_back(statement->text(0));
  }
}

// The walk ends at a damaged page. If it is the one that is looked for, this tree leads to it.
bool reaches(Connection& connection, const std::string& tree, std::uint32_t page) {
  auto statement = connection.prepare("SELECT pageno FROM dbstat WHERE name = ?");
  if (!statement || !statement->bind(tree)) return false;
  for (;;) {
    auto row = statement->step();
    if (!row) return last_bad_page(connection).number == page;
    if (!*row) return false;
    if (statement->uint64(0) == page) return true;
  }
}

}  // namespace

Result<std::string> owner_of_page(Connection& connection, std::uint32_t page) {
  auto names = trees(connection);
  if (!names) return std::move(names).error();
  for (const std::string& name : *names) {
    if (reaches(connection, name, page)) return name;
  }
  return std::string{};
}

}  // namespace gochat::sqlite

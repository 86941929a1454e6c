// The three shapes in which the store speaks to SQLite: do something, read one row, read all rows.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sqlite/connection.hpp"

namespace gochat::sqlite {

template <class... Args>
Result<void> execute(Connection& db, std::string_view sql, const Args&... args) {
  auto statement = db.prepare(sql);
  if (!statement) return std::move(statement).error();
  return statement->run(args...);
}

// `read` makes a value of the statement's current row.
template <class Read, class... Args>
auto query_one(Connection& db, std::string_view sql, Read read, const Args&... args)
    -> Result<std::optional<decltype(read(std::declval<const Statement&>()))>> {
  using Row = decltype(read(std::declval<const Statement&>()));
  auto statement = db.prepare(sql);
  if (!statement) return std::move(statement).error();
  if (auto bound = statement->bind(args...); !bound) return std::move(bound).error();
  auto row = statement->step();
  if (!row) return std::move(row).error();
  if (!*row) return std::optional<Row>{};
  return std::optional<Row>{read(std::as_const(*statement))};
}

template <class Read, class... Args>
auto query_all(Connection& db, std::string_view sql, Read read, const Args&... args)
    -> Result<std::vector<decltype(read(std::declval<const Statement&>()))>> {
  std::vector<decltype(read(std::declval<const Statement&>()))> rows;
  auto statement = db.prepare(sql);
  if (!statement) return std::move(statement).error();
  if (auto bound = statement->bind(args...); !bound) return std::move(bound).error();
  for (;;) {
    auto row = statement->step();
    if (!row) return std::move(row).error();
    if (!*row) return rows;
    rows.push_back(read(std::as_const(*statement)));
  }
}

// The single number that a statement answers; `otherwise` for no row or NULL.
template <class... Args>
Result<std::int64_t> query_number(Connection& db, std::string_view sql, std::int64_t otherwise,
                                  const Args&... args) {
  auto row = query_one(
      db, sql, [otherwise](const Statement& s) { return s.is_null(0) ? otherwise : s.int64(0); },
      args...);
  if (!row) return std::move(row).error();
  return row->value_or(otherwise);
}

}  // namespace gochat::sqlite

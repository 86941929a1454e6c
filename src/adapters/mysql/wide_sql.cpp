#include "adapters/mysql/wide_sql.hpp"

#include <algorithm>

namespace gochat::mysql {
namespace {

// The narrowest that holds all that is left, or the widest.
std::size_t width_to_hold(std::size_t left) {
  std::size_t n = 0;
  while (n + 1 < WideSql::widths.size() && WideSql::widths[n] < left) ++n;
  return n;
}

// The widest that what is left fills.
std::size_t width_to_fill(std::size_t left) {
  std::size_t n = WideSql::widths.size() - 1;
  while (WideSql::widths[n] > left) --n;
  return n;
}

}  // namespace

WideSql::WideSql(const Shape& shape)
    : params_each_{static_cast<std::size_t>(std::ranges::count(shape.each, '?'))} {
  for (std::size_t n = 0; n < widths.size(); ++n) {
    std::string& text = texts_[n] = shape.before;
    for (std::size_t item = 0; item < widths[n]; ++item) {
      if (item != 0) text += shape.between;
      text += shape.each;
    }
    text += shape.after;
  }
}

Task<Result<void>> read_wide(Connection* connection, const WideSql* sql, Params keys,
                             std::function<void(const Row&)> take, Deadline deadline) {
  const std::size_t each = sql->params_each();
  for (std::size_t from = 0; from < keys.size();) {
    const std::size_t n = width_to_hold((keys.size() - from) / each);
    const std::size_t room = WideSql::widths[n] * each;
    const std::size_t to = std::min(keys.size(), from + room);
    Params some(keys.begin() + static_cast<std::ptrdiff_t>(from),
                keys.begin() + static_cast<std::ptrdiff_t>(to));
    while (some.size() < room) some.push_back(some[some.size() - each]);
    auto rows = co_await connection->run(sql->text(n), std::move(some), deadline);
    if (!rows) co_return std::move(rows).error();
    for (const Row row : *rows) take(row);
    from = to;
  }
  co_return Unit{};
}

Task<Result<void>> write_wide(Connection* connection, const WideSql* sql, Params rows,
                              Deadline deadline) {
  const std::size_t each = sql->params_each();
  for (std::size_t from = 0; from < rows.size();) {
    const std::size_t n = width_to_fill((rows.size() - from) / each);
    const std::size_t to = from + WideSql::widths[n] * each;
    Params some(rows.begin() + static_cast<std::ptrdiff_t>(from),
                rows.begin() + static_cast<std::ptrdiff_t>(to));
    auto done = co_await connection->run(sql->text(n), std::move(some), deadline);
    if (!done) co_return std::move(done).error();
    from = to;
  }
  co_return Unit{};
}

}  // namespace gochat::mysql

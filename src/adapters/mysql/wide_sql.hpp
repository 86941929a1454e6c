// Statements for any number of keys or rows, prepared for three widths only: 1, 8 and 64.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "adapters/mysql/connection.hpp"

namespace gochat::mysql {

class WideSql {
 public:
  static constexpr std::array<std::size_t, 3> widths{1, 8, 64};

  struct Shape {
    std::string before;
    std::string_view each;  // of one key or row, with its placeholders
    std::string_view between;
    std::string_view after = "";
  };
  explicit WideSql(const Shape& shape);

  std::size_t params_each() const { return params_each_; }
  // The text for `widths[n]`.
  Sql text(std::size_t n) const { return Sql::lasting(texts_[n]); }

 private:
  std::array<std::string, widths.size()> texts_;
  std::size_t params_each_ = 0;
};

// Reads by any number of keys; one that is left over in a statement is asked twice. `keys` holds
// the params of all keys, `take` is called with each row. `sql` outlives the program's connections.
Task<Result<void>> read_wide(Connection* connection, const WideSql* sql, Params keys,
                             std::function<void(const Row&)> take, Deadline deadline);
// Writes any number of rows, each of them once.
Task<Result<void>> write_wide(Connection* connection, const WideSql* sql, Params rows,
                              Deadline deadline);

}  // namespace gochat::mysql

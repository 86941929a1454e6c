#include "adapters/sqlite/statement.hpp"

#include <sqlite3.h>

#include "adapters/sqlite/sqlite_error.hpp"
#include "base/assert.hpp"

namespace gochat::sqlite {
namespace {

std::string_view sql_of(sqlite3_stmt* statement) {
  const char* sql = sqlite3_sql(statement);
  return sql == nullptr ? std::string_view{} : std::string_view{sql};
}

Error error_of(sqlite3_stmt* statement, int code) {
  return error_from(sqlite3_db_handle(statement), code, sql_of(statement));
}

}  // namespace

Statement& Statement::operator=(Statement&& other) noexcept {
  if (this != &other) {
    give_back();
    statement_ = std::exchange(other.statement_, nullptr);
    shelf_ = other.shelf_;
  }
  return *this;
}

void Statement::give_back() {
  if (statement_ == nullptr) return;
  if (shelf_ == nullptr) {
    sqlite3_finalize(std::exchange(statement_, nullptr));
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  shelf_->push_back(std::exchange(statement_, nullptr));
}

void Statement::expect_parameters(std::size_t count) const {
  GOCHAT_ASSERT(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement_)) == count);
}

int Statement::bind_int64(int at, std::int64_t value) {
  return sqlite3_bind_int64(statement_, at, value);
}

// An empty view may point nowhere, and SQLite would take a null pointer for NULL: "" and NULL
// differ.
int Statement::bind_text(int at, std::string_view value, Lifetime lifetime) {
  return sqlite3_bind_text64(
      statement_, at, value.data() == nullptr ? "" : value.data(), value.size(),
      lifetime == Lifetime::copied ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
}

int Statement::bind_blob(int at, Blob value, Lifetime lifetime) {
  if (value.empty()) return sqlite3_bind_zeroblob(statement_, at, 0);
  return sqlite3_bind_blob64(statement_, at, value.data(), value.size(),
                             lifetime == Lifetime::copied ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

int Statement::bind_null(int at) { return sqlite3_bind_null(statement_, at); }

Error Statement::bind_failed(int code) { return error_of(statement_, code); }

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return step_failed(code);
}

// The reset leaves the statement usable: its owner may bind and try again.
Error Statement::step_failed(int code) {
  Error error = error_of(statement_, code);
  sqlite3_reset(statement_);
  return error;
}

Result<void> Statement::run_to_end() {
  int code = sqlite3_step(statement_);
  while (code == SQLITE_ROW) code = sqlite3_step(statement_);
  if (code != SQLITE_DONE) {
    Error error = step_failed(code);
    sqlite3_clear_bindings(statement_);
    return error;
  }
  // What was borrowed must not be reachable after the call.
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  return {};
}

void Statement::reset() { sqlite3_reset(statement_); }

std::int64_t Statement::int64(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Blob Statement::blob(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

}  // namespace gochat::sqlite

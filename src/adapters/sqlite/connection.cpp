#include "adapters/sqlite/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <functional>
#include <unordered_map>
#include <vector>

#include "adapters/sqlite/sqlite_error.hpp"
#include "base/assert.hpp"

namespace gochat::sqlite {
namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

using Shelves =
    std::unordered_map<std::string, std::vector<sqlite3_stmt*>, TextHash, std::equal_to<>>;

}  // namespace

struct Connection::State {
  sqlite3* db = nullptr;
  // Node addresses of an unordered_map are stable: a Statement keeps a reference to its shelf.
  Shelves shelves;

  ~State() {
    for (auto& [sql, shelf] : shelves) {
      for (sqlite3_stmt* statement : shelf) sqlite3_finalize(statement);
    }
    // Busy means that a statement is still on loan.
    const int code = sqlite3_close(db);
    GOCHAT_ASSERT(code != SQLITE_BUSY);
  }

  // Null once the cache is full: shelves are never removed, since statements on loan point at
  // theirs.
  std::vector<sqlite3_stmt*>* shelf_of(std::string_view sql) {
    if (auto found = shelves.find(sql); found != shelves.end()) return &found->second;
    if (shelves.size() >= cached_statements_max) return nullptr;
    return &shelves.try_emplace(std::string{sql}).first->second;
  }
};

Connection::Connection(std::unique_ptr<State> state) : state_{std::move(state)} {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

namespace {

Result<void> set_up(Connection& connection, const ConnectionOptions& options) {
  sqlite3* db = connection.raw();
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, options.read_only ? 1 : 0, nullptr);
  sqlite3_busy_timeout(db, 0);
  // Has an effect on an empty file only; afterwards the file's own value rules.
  int reserve = page_reserve_bytes;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
  const std::string layout = options.read_only ? std::string{"PRAGMA query_only = ON;"}
                                               : fmt::format("PRAGMA page_size = {};", page_bytes);
  return connection.exec(layout + fmt::format("PRAGMA synchronous = FULL;"
                                              "PRAGMA foreign_keys = ON;"
                                              "PRAGMA temp_store = MEMORY;"
                                              "PRAGMA wal_autocheckpoint = 0;"
                                              "PRAGMA mmap_size = 0;"
                                              "PRAGMA cache_size = -{};",
                                              options.cache_kib));
}

Result<void> expect_wal(Connection& connection) {
  auto statement = connection.prepare("PRAGMA journal_mode = WAL");
  if (!statement) return std::move(statement).error();
  auto row = statement->step();
  if (!row) return std::move(row).error();
  if (!*row || statement->text(0) != "wal") {
    return failed(ErrorCode::internal, fmt::format("the store cannot use a write-ahead log but {}",
                                                   *row ? statement->text(0) : "nothing"));
  }
  return {};
}

}  // namespace

Result<Connection> Connection::open(const std::filesystem::path& path, ConnectionOptions options) {
  auto state = std::make_unique<State>();
  const int flags = SQLITE_OPEN_READWRITE | (options.read_only ? 0 : SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &state->db, flags,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (code != SQLITE_OK) return error_from(state->db, code, fmt::format("open {}", path.native()));
  Connection connection{std::move(state)};
  if (auto ready = set_up(connection, options); !ready) return std::move(ready).error();
  if (!options.read_only) {
    if (auto wal = expect_wal(connection); !wal) return std::move(wal).error();
  }
  return connection;
}

Result<void> Connection::exec(const std::string& sql) {
  const int code = sqlite3_exec(state_->db, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_from(state_->db, code, sql);
  return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
  std::vector<sqlite3_stmt*>* shelf = state_->shelf_of(sql);
  if (shelf != nullptr && !shelf->empty()) {
    sqlite3_stmt* idle = shelf->back();
    shelf->pop_back();
    return Statement{idle, shelf};
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(state_->db, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error_from(state_->db, code, sql);
  GOCHAT_ASSERT(statement != nullptr);
  return Statement{statement, shelf};
}

Result<Transaction> Connection::begin() {
  auto statement = prepare("BEGIN IMMEDIATE");
  if (!statement) return std::move(statement).error();
  if (auto begun = statement->run(); !begun) return std::move(begun).error();
  return Transaction{*this};
}

// BEGIN alone takes the snapshot at the first read, which may be later than the caller thinks.
Result<Transaction> Connection::begin_read() {
  auto statement = prepare("BEGIN");
  if (!statement) return std::move(statement).error();
  if (auto begun = statement->run(); !begun) return std::move(begun).error();
  Transaction transaction{*this};
  auto touch = prepare("SELECT 1 FROM sqlite_schema LIMIT 1");
  if (!touch) return std::move(touch).error();
  auto row = touch->step();
  if (!row) return std::move(row).error();
  return transaction;
}

std::int64_t Connection::last_rowid() const { return sqlite3_last_insert_rowid(state_->db); }
std::int64_t Connection::changes() const { return sqlite3_changes64(state_->db); }
bool Connection::in_transaction() const { return sqlite3_get_autocommit(state_->db) == 0; }
sqlite3* Connection::raw() const { return state_->db; }

Result<void> Transaction::commit() {
  GOCHAT_ASSERT(connection_ != nullptr);
  auto statement = connection_->prepare("COMMIT");
  if (!statement) return std::move(statement).error();
  auto committed = statement->run();
  if (!committed) {
    rollback();
    return committed;
  }
  connection_ = nullptr;
  return {};
}

// SQLite has rolled back by itself after some failures (disk full, out of memory): then there is
// nothing left.
void Transaction::rollback() {
  Connection* connection = std::exchange(connection_, nullptr);
  if (connection == nullptr || !connection->in_transaction()) return;
  if (auto statement = connection->prepare("ROLLBACK")) static_cast<void>(statement->run());
}

}  // namespace gochat::sqlite

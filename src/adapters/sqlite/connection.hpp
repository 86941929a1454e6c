// One SQLite connection with the pragmas that the store relies on. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/sqlite/page_checksum.hpp"
#include "adapters/sqlite/statement.hpp"
#include "base/result.hpp"

struct sqlite3;

namespace gochat::sqlite {

// Texts whose statements a connection keeps; any further text is prepared anew each time.
inline constexpr std::size_t cached_statements_max = 256;

struct ConnectionOptions {
  // The name of a registered VFS (ChecksumVfs::name()); empty is the platform's own.
  std::string vfs = {};
  // For readers: every write is refused, and closing never checkpoints.
  bool read_only = false;
  int cache_kib = 8192;
};

class Transaction;

class Connection {
 public:
  // Creates the file when it is missing, unless read_only.
  static Result<Connection> open(const std::filesystem::path& path, ConnectionOptions options = {});

  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  // Statements and transactions must be gone by now.
  ~Connection();

  // One or several statements whose rows nobody wants.
  Result<void> exec(const std::string& sql);

  // A statement on loan; the same text is parsed once.
  Result<Statement> prepare(std::string_view sql);

  // `begin` takes the write lock at once, so that nothing is found out at commit; `begin_read`
  // fixes the snapshot at once, so that two statements see the same state.
  Result<Transaction> begin();
  Result<Transaction> begin_read();

  std::int64_t last_rowid() const;
  // Rows changed by the last INSERT, UPDATE or DELETE.
  std::int64_t changes() const;
  bool in_transaction() const;

  sqlite3* raw() const;

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

// Rolls back unless it was committed. The connection must not be moved meanwhile.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_{&connection} {}
  Transaction(Transaction&& other) noexcept
      : connection_{std::exchange(other.connection_, nullptr)} {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() { rollback(); }

  // A commit that failed has been rolled back; whether its rows reached the disk is unknown until
  // the store is opened again.
  Result<void> commit();
  void rollback();

 private:
  Connection* connection_;
};

}  // namespace gochat::sqlite

// For tests: a small life of a database, with the state after each transaction known, so that
// whatever a crash or a damage leaves can be compared with what was promised.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "adapters/sqlite/connection.hpp"

namespace gochat::sqlite {

// Everything that the tables hold, by content and by index; an Error when a read fails.
inline Result<std::uint64_t> digest_of(Connection& connection) {
  constexpr std::uint64_t fnv_prime = 0x100000001b3;
  std::uint64_t digest = 0xcbf29ce484222325;
  const auto add = [&](std::string_view bytes) {
    for (const char byte : bytes) digest = (digest ^ static_cast<unsigned char>(byte)) * fnv_prime;
    digest = (digest ^ bytes.size()) * fnv_prime;
  };
  for (const char* sql : {"SELECT id, hash, body FROM rows ORDER BY id",
                          "SELECT id, hash, '' FROM rows INDEXED BY by_hash ORDER BY hash, id"}) {
    auto statement = connection.prepare(sql);
    if (!statement) return std::move(statement).error();
    for (;;) {
      auto row = statement->step();
      if (!row) return std::move(row).error();
      if (!*row) break;
      for (int column = 0; column < 3; ++column) add(statement->text(column));
    }
  }
  return digest;
}

inline Result<bool> passes_integrity_check(Connection& connection) {
  auto statement = connection.prepare("PRAGMA integrity_check");
  if (!statement) return std::move(statement).error();
  auto row = statement->step();
  if (!row) return std::move(row).error();
  return statement->text(0) == "ok";
}

// One writer's transactions: rows of many sizes come, change and go, some transactions outgrow the
// cache and write pages twice, some roll back in part or as a whole.
class HistoryModel {
 public:
  static constexpr const char* schema =
      "CREATE TABLE rows (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, body BLOB NOT NULL);"
      "CREATE INDEX by_hash ON rows (hash);";

  explicit HistoryModel(std::uint64_t seed) : rng_{seed} {}

  // From now on each transaction touches two rows anywhere, and leaves most pages alone.
  void touch_few_pages() { few_pages_ = true; }

  // Answers the digest of the state that was committed.
  Result<std::uint64_t> next_transaction(Connection& connection) {
    auto transaction = connection.begin();
    if (!transaction) return std::move(transaction).error();
    if (auto done = change(connection); !done) return std::move(done).error();
    auto digest = digest_of(connection);
    if (!digest) return digest;
    if (auto done = transaction->commit(); !done) return std::move(done).error();
    return digest;
  }

 private:
  Result<void> change(Connection& connection) {
    if (few_pages_) {
      return run(connection,
                 "UPDATE rows SET body = upper(body) || '.' "
                 "WHERE id IN (SELECT id FROM rows ORDER BY random() LIMIT 2)");
    }
    switch (rng_() % 8) {
      case 0:
        return with_a_step_back(connection);
      case 1:
        return run(connection, "UPDATE rows SET body = body || x'01', hash = hash * 7 % 1009");
      case 2:
        return run(connection, "DELETE FROM rows WHERE id % 7 = 3");
      case 3:
        return run(connection, "UPDATE rows SET body = substr(body, 1, 40) WHERE id % 3 = 0");
      default:
        return insert(connection, 1 + static_cast<int>(rng_() % 4));
    }
  }

  Result<void> with_a_step_back(Connection& connection) {
    if (auto done = insert(connection, 3); !done) return done;
    if (auto done = run(connection, "SAVEPOINT before"); !done) return done;
    if (auto done = run(connection, "UPDATE rows SET body = randomblob(900)"); !done) return done;
    if (auto done = run(connection, "ROLLBACK TO before"); !done) return done;
    return insert(connection, 2);
  }

  Result<void> insert(Connection& connection, int rows) {
    auto statement = connection.prepare("INSERT INTO rows (hash, body) VALUES (?, ?)");
    if (!statement) return std::move(statement).error();
    for (int n = 0; n < rows; ++n) {
      // Most fit beside others on a page, some need pages of their own.
      const std::size_t bytes = rng_() % 10 == 0 ? 9000 : rng_() % 300;
      const auto hash = static_cast<std::int64_t>(rng_() % 1009);
      if (auto done = statement->run(hash, random_text(bytes)); !done) return done;
    }
    return {};
  }

  static Result<void> run(Connection& connection, const char* sql) {
    auto statement = connection.prepare(sql);
    if (!statement) return std::move(statement).error();
    return statement->run();
  }

  std::string random_text(std::size_t bytes) {
    std::string text(bytes, '\0');
    for (char& c : text) c = static_cast<char>('a' + rng_() % 26);
    return text;
  }

  std::mt19937_64 rng_;
  bool few_pages_ = false;
};

}  // namespace gochat::sqlite

// Databases of their own for tests, on the server that GOCHAT_TEST_MARIADB names.
#pragma once

#include <optional>
#include <string>

#include "adapters/mysql/options.hpp"
#include "adapters/mysql/param.hpp"
#include "adapters/mysql/pool.hpp"
#include "support/seeded_random.hpp"
#include "support/task_loop.hpp"

namespace gochat::cluster {

// None: the variable is not set, and the suites that need it are skipped.
std::optional<mysql::ServerOptions> mysql_server();

// The same for one of several servers of a variable, first of all the primary.
std::optional<mysql::ServerOptions> mysql_server_of(const char* variable, std::size_t number);

// A migrated and otherwise empty database that no other test uses meanwhile. Making tables takes a
// server much longer than emptying them, so one that is given back serves the next test.
class MysqlDatabase {
 public:
  MysqlDatabase();
  ~MysqlDatabase();
  MysqlDatabase(const MysqlDatabase&) = delete;
  MysqlDatabase& operator=(const MysqlDatabase&) = delete;

  const mysql::ServerOptions& server() const { return server_; }

 private:
  mysql::ServerOptions server_;
};

// One that is empty, without even tables; gone with this.
class BareDatabase {
 public:
  BareDatabase();
  ~BareDatabase();
  BareDatabase(const BareDatabase&) = delete;
  BareDatabase& operator=(const BareDatabase&) = delete;

  const mysql::ServerOptions& server() const { return server_; }

 private:
  mysql::ServerOptions server_;
};

// A loop with a pool on it.
class PoolOnLoop {
 public:
  explicit PoolOnLoop(mysql::ServerOptions server, mysql::ConnectionLimits connections = {},
                      mysql::PoolLimits limits = {});
  ~PoolOnLoop();

  support::TaskLoop& loop() { return loop_; }
  mysql::Pool& pool() { return pool_; }
  template <class T>
  T run(Task<T> task) {
    return loop_.run(std::move(task));
  }
  // Ends the test when the server refuses it.
  mysql::Rows ask(const std::string& sql);

 private:
  support::TaskLoop loop_{support::Time::steady};
  support::SeededRandom random_{1};
  mysql::Pool pool_;
};

}  // namespace gochat::cluster
